@echo off
rem Installs the product from this folder, without a network: install.bat [FOLDER], by default C:\canbao.
setlocal
chcp 65001 >nul
set "target=%~1"
if not defined target set "target=C:\canbao"
for /f "usebackq" %%v in ("%~dp0python-version") do set "wanted=%%v"
py -%wanted% -m venv "%target%\.venv"
if errorlevel 1 (
  echo 这个安装包要用 Python %wanted%，没有安装。请先装好这一版，再运行 install.bat。
  exit /b 1
)
set "pip="%target%\.venv\Scripts\python" -m pip --disable-pip-version-check"
%pip% install --quiet --no-index --find-links "%~dp0wheels" --no-deps --require-hashes -r "%~dp0requirements.lock"
if errorlevel 1 goto :failed
%pip% install --quiet --no-index --find-links "%~dp0wheels" --no-deps --force-reinstall canbao
if errorlevel 1 goto :failed
%pip% check
if errorlevel 1 goto :failed
mkdir "%target%\data\raw" "%target%\data\out" 2>nul
copy /y "%~dp0*.md" "%target%" >nul
if exist "%~dp0images" xcopy /e /i /q /y "%~dp0images" "%target%\images" >nul
echo 已安装到 %target% 。试一试：在这个文件夹里运行 .venv\Scripts\canbao demo
exit /b 0

:failed
echo 没有装完：请把上面几行告诉维护人员。
exit /b 1
