using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;

namespace Mote.Cli.Vmm;

/// <summary>
/// A running QEMU. It must be started on the tool's main thread: the kernel ends it when the thread that made it ends
/// (PR_SET_PDEATHSIG, prctl(2)), so that it cannot outlive a tool that was killed. Signals that a terminal or a service manager sends to the whole group or service are blocked
/// in it: what they do to the machine is the tool's to decide.
/// </summary>
internal sealed class QemuProcess : IDisposable
{
    private const int LongestErrorText = 64 * 1024;

    private readonly Process _process;
    private readonly Thread _errorReader;
    private readonly StringBuilder _errorText = new();

    private QemuProcess(Process process)
    {
        _process = process;
        _errorReader = new Thread(ReadErrors) { IsBackground = true, Name = "qemu messages" };
        _errorReader.Start();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>CPU time that all its threads have used.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                return TimeSpan.Zero; // it has ended
            }
        }
    }

    public int ExitCode => _process.ExitCode;

    /// <param name="input">QEMU's standard input.</param>
    /// <param name="capabilities">What it keeps when the tool runs as root.</param>
    public static QemuProcess Start(string qemuPath, IReadOnlyList<string> arguments, string input = "", IReadOnlyList<string>? capabilities = null)
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
            foreach (string word in QemuPrivileges.Options(capabilities ?? []))
            {
                start.ArgumentList.Add(word);
            }

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
            using SignalBlock block = new();
            Process process = Process.Start(start) ?? throw new CliException($"{qemuPath} did not start", ExitStatus.MachineFailed);
            QemuProcess started = new(process);
            started.Write(input);
            return started;
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
        lock (_errorText)
        {
            return _errorText.ToString().Trim();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>On a thread of its own: QEMU reads only once it has made its devices, and a pipe holds no more than 64 KiB until then.</summary>
    private void Write(string input) => new Thread(() =>
    {
        try
        {
            _process.StandardInput.Write(input);
            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended; its words say why.
        }
    })
    { IsBackground = true, Name = "qemu input" }.Start();

    private void ReadErrors()
    {
        try
        {
            while (_process.StandardError.ReadLine() is string line)
            {
                lock (_errorText)
                {
                    // The rest of what a failing QEMU prints is registers; a bound all the same.
                    if (_errorText.Length < LongestErrorText)
                    {
                        _errorText.Append(line).Append('\n');
                    }
                }

                // QEMU only pauses the machine then and would wait for ever (RUN_STATE_INTERNAL_ERROR).
                if (line.StartsWith("KVM internal error", StringComparison.Ordinal) || line.StartsWith("error: kvm run failed", StringComparison.Ordinal))
                {
                    Kill();
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Killed while reading.
        }
    }
}
