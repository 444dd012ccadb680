# Checks, builds and proves Re-entry Desktop on Windows. See windows-checklist.md.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")

if (-not (Get-Command py -ErrorAction SilentlyContinue)) {
    throw "The Python launcher (py) was not found. Install Python 3.11, 64 bit, from python.org, with the launcher."
}
py -3.11 -c "import struct, sys; sys.exit(struct.calcsize('P') != 8)"
if ($LASTEXITCODE -ne 0) { throw "Python 3.11, 64 bit, is needed." }

foreach ($step in @(@("setup"), @("test", "--long"), @("build"))) {
    py -3.11 dev.py @step
    if ($LASTEXITCODE -ne 0) { throw "dev.py $step failed. Nothing was installed outside this folder." }
}

$built = Join-Path (Get-Location) "dist\Re-entry Desktop"
Get-ChildItem $built -Recurse -Include opengl32sw.dll, Qt6Network.dll, Qt6Qml.dll |
    ForEach-Object { throw "Should not be in the build: $($_.FullName)" }
"Sum to give to IT by a second way: {0}" -f (Get-FileHash (Join-Path $built "SHA256SUMS")).Hash
"Built and proved in: $built. Now go on with packaging\windows-checklist.md, line 2."
