"""The acts of the log in words: what the history and the record of use say."""

from __future__ import annotations

from ..base.words import N_, _
from ..records.base import kinds

ACTS = {
    "add_item": N_("Added an entry to the plan"),
    "add_program": N_("Added a program"),
    "add_supporter": N_("Added a supporter"),
    "add_user": N_("Added a member of staff"),
    "answer": N_("Wrote an answer in the plan"),
    "answer_question": N_("Settled what a list said"),
    "backup": N_("Made a backup"),
    "change_own_passphrase": N_("Changed the passphrase"),
    "close": N_("Closed the episode"),
    "correct": N_("Corrected what is known of her"),
    "create_store": N_("Made the store"),
    "decline": N_("Noted that she said no"),
    "disable_user": N_("Closed an account"),
    "done_for_now": N_("Noted the plan as done for now"),
    "drop_need": N_("Took a need away"),
    "enrol": N_("Enrolled her"),
    "export_bundle": N_("Copied a bundle for another site"),
    "export_card": N_("Gave out this site's card"),
    "export_log": N_("Copied out the record of use"),
    "follow_up": N_("Began the follow-up year"),
    "import_bundle": N_("Brought in a bundle"),
    "let_office_have": N_("Noted what the office may have"),
    "link_tool": N_("Linked a tool into a step"),
    "move_item": N_("Moved an entry of the plan"),
    "new_kit": N_("Made a new recovery kit"),
    "not_done_yet": N_("Took done for now back"),
    "not_eligible": N_("Noted that the program is not for her now"),
    "note_keepers": N_("Noted who keeps the recovery kit"),
    "note_need": N_("Noted a need"),
    "offer": N_("Offered the program"),
    "open_page": N_("Opened her page"),
    "print_call_out": N_("Printed a call-out sheet"),
    "print_plan": N_("Printed the plan"),
    "read_list": N_("Read in a list"),
    "records_export": N_("Copied records out"),
    "records_import": N_("Brought records in"),
    "recover": N_("Used the recovery kit"),
    "register": N_("Registered her"),
    "release": N_("Noted her release"),
    "remove_item": N_("Took an entry out of the plan"),
    "remove_supporter": N_("Took a supporter off"),
    "reset_passphrase": N_("Gave a passphrase that works once"),
    "restore": N_("Brought back a backup"),
    "restore_item": N_("Brought an entry back"),
    "revise_item": N_("Changed an entry of the plan"),
    "revise_supporter": N_("Changed a supporter"),
    "selftest": N_("Tested the program"),
    "set_language": N_("Chose the language of the plan"),
    "set_next_step": N_("Noted the next step"),
    "set_role": N_("Changed a role"),
    "set_site": N_("Changed the site's values"),
    "show_history": N_("Looked at the history"),
    "sign_off": N_("Signed the record of use"),
    "start_plan": N_("Started the plan"),
    "test_kit": N_("Tested the recovery kit"),
    "told_limits": N_("Told her what must be passed on"),
    "trust": N_("Trusted another site's card"),
    "trust_card": N_("Trusted another site's card"),
    "undo_last_reading": N_("Took the last list back"),
    "unlink_tool": N_("Took a tool out of a step"),
    "unlock": N_("Unlocked"),
    "unlock_failed": N_("Failed to unlock"),
    "wait": N_("Noted that there is no place yet"),
}


def act_words(act: str, kind: str = "") -> str:
    """An act in the language of the screen; an act of a newer program by its own name."""
    if act in ACTS:
        return _(ACTS[act])
    title = _(kinds()[kind].title) if kind in kinds() else ""
    return f"{act} ({title})" if title else act
