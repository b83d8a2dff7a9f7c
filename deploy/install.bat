@echo off
rem Installs the product from this folder, without a network: install.bat [FOLDER], by default C:\canbao.
setlocal
chcp 65001 >nul
set target=%~1
if "%target%"=="" set target=C:\canbao
py -m venv "%target%\.venv" || exit /b 1
"%target%\.venv\Scripts\python" -m pip install --quiet --no-index --find-links "%~dp0wheels" --no-deps --require-hashes -r "%~dp0requirements.lock" || exit /b 1
for %%f in ("%~dp0wheels\canbao-*.whl") do "%target%\.venv\Scripts\python" -m pip install --quiet --no-index --no-deps --force-reinstall "%%f" || exit /b 1
"%target%\.venv\Scripts\python" -m pip check || exit /b 1
mkdir "%target%\data\raw" "%target%\data\out" 2>nul
copy /y "%~dp0*.md" "%target%" >nul
if exist "%~dp0images" xcopy /e /i /q /y "%~dp0images" "%target%\images" >nul
echo Installed: %target%
