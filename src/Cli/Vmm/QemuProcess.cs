using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace Mote.Cli.Vmm;

/// <summary>
/// A running QEMU. It must be started on the tool's main thread: the kernel ends it when the thread that made it ends
/// (PR_SET_PDEATHSIG, prctl(2)), so that it cannot outlive a tool that was killed.
/// </summary>
internal sealed class QemuProcess : IDisposable
{
    private readonly Process _process;
    private readonly Thread _errorReader;
    private string _errorText = "";

    private QemuProcess(Process process)
    {
        _process = process;
        _errorReader = new Thread(ReadErrors) { IsBackground = true, Name = "qemu messages" };
        _errorReader.Start();
    }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public static QemuProcess Start(string qemuPath, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new()
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // setpriv sets the signal and then becomes QEMU; it is part of util-linux, which is on every Debian machine.
        if (Executables.Find("setpriv") is string setpriv)
        {
            start.FileName = setpriv;
            start.ArgumentList.Add("--pdeathsig");
            start.ArgumentList.Add("KILL");
            start.ArgumentList.Add(qemuPath);
        }
        else
        {
            start.FileName = qemuPath;
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            Process process = Process.Start(start) ?? throw new CliException($"{qemuPath} did not start", ExitStatus.MachineFailed);
            process.StandardInput.Close();
            return new QemuProcess(process);
        }
        catch (Win32Exception e)
        {
            throw new CliException($"cannot start {qemuPath}: {e.Message}", ExitStatus.MachineFailed);
        }
    }

    /// <summary>Waits for the end, at most so long.</summary>
    /// <returns>False when it still runs.</returns>
    public bool WaitForExit(TimeSpan atMost) => _process.WaitForExit(atMost);

    public void WaitForExit() => _process.WaitForExit();

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>What QEMU printed; complete once it has exited.</summary>
    public string ErrorText()
    {
        _errorReader.Join(TimeSpan.FromSeconds(1));
        return _errorText;
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void ReadErrors()
    {
        try
        {
            _errorText = _process.StandardError.ReadToEnd().Trim();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Killed while reading.
        }
    }
}
