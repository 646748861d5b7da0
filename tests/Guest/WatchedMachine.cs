using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>A machine whose program diagnostic tools of this computer can reach, until its input ends. Its sockets lie in a folder of its own, so that tools see it and the tool mote alone.</summary>
internal sealed class WatchedMachine : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private WatchedMachine(Process process, string folder)
    {
        _process = process;
        Folder = folder;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>TMPDIR of the machine and of the tools.</summary>
    public string Folder { get; }

    /// <summary>The number by which tools know the program: QEMU's.</summary>
    public int Id { get; private set; }

    /// <summary>The socket for tools.</summary>
    public string Socket { get; private set; } = "";

    /// <summary>Starts <c>mote run PROJECT OPTIONS</c> and waits until tools find it.</summary>
    public static WatchedMachine Start(string project, params string[] options)
    {
        MoteTool.Build();
        string folder = Directory.CreateTempSubdirectory("mote-").FullName;
        ProcessStartInfo start = new(Path.Combine(Repository.Root, "mote"), ["run", Path.Combine(Repository.Root, project), .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = folder;
        start.Environment["MOTE_NO_BUILD"] = "1";
        start.Environment["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache");
        WatchedMachine machine = new(Process.Start(start)!, folder);
        machine.Find();
        return machine;
    }

    /// <summary>Ends the program's input and waits for its end.</summary>
    public (int Status, string Output, string Errors) Finish()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(s_patience));
        return (_process.ExitCode, _output.Result, _errors.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // The tool mote is a program of .NET too, and has a socket of its own there; so have the processes of a build.
    private void Find()
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < s_patience && !_process.HasExited)
        {
            foreach (string socket in Directory.GetFiles(Folder, "dotnet-diagnostic-*-socket"))
            {
                int id = int.Parse(Path.GetFileName(socket).Split('-')[2], CultureInfo.InvariantCulture);
                if (IsQemu(id))
                {
                    (Id, Socket) = (id, socket);
                    return;
                }
            }

            Thread.Sleep(50);
        }

        throw new InvalidOperationException("no tool would find the program: " + (_process.HasExited ? _errors.Result : "it takes too long"));
    }

    private static bool IsQemu(int id)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cmdline")).Split('\0')[0].Contains("qemu", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }
}
