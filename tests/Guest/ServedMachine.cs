using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Mote.Tests.Guest;

/// <summary>A machine that serves a port of this computer's loopback until it is disposed of, or ended by SIGTERM to the tool.</summary>
internal sealed class ServedMachine : IDisposable
{
    /// <summary>The status of a program that SIGTERM ends.</summary>
    private const int Terminated = 143;

    /// <summary>
    /// How long an attempt of <see cref="Until"/> may take. QEMU takes connections before there is a machine, and where that takes more than a second, it gives its packets up and
    /// tries again after six and more seconds only; a new connection is faster.
    /// </summary>
    public const int AttemptSeconds = 5;

    /// <summary>The machine may first have to be published and imaged, beside other tests.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly Task<string> _output;

    private ServedMachine(Process process, int port)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _output = process.StandardOutput.ReadToEndAsync();
        Port = port;
    }

    /// <summary>What <see cref="Stop"/> gives: the program's own status after SIGTERM, on Linux as in a machine.</summary>
    public int Ends { get; init; } = Terminated;

    /// <summary>All that the program and the tool wrote; after <see cref="Stop"/>.</summary>
    public string Output => _output.Result + _errors.Result;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts <c>mote run -p PORT:guestPort OPTIONS</c> with a port that is free.</summary>
    public static ServedMachine Start(int guestPort, params string[] options) => Start(guestPort, withDatagrams: false, options);

    /// <summary>The same, where the port may lead to datagrams too.</summary>
    public static ServedMachine Start(int guestPort, bool withDatagrams, IReadOnlyList<string> options, int ends = Terminated)
    {
        int port = FreePort();
        return Start(["-p", $"{port}:{guestPort}", .. withDatagrams ? (string[])["-p", $"{port}:{guestPort}/udp"] : [], .. options], port, ends);
    }

    /// <summary>Starts <c>mote run OPTIONS</c>, which say by which network the machine is reached; <see cref="Port"/> is 0.</summary>
    public static ServedMachine StartUnpublished(params string[] options) => Start(options, 0);

    private static ServedMachine Start(string[] options, int port, int ends = Terminated)
    {
        // Builds the tool where nobody has.
        _ = MoteTool.Run(["--help"]);
        ProcessStartInfo start = new(Path.Combine(Repository.Root, "mote"), ["run", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["MOTE_NO_BUILD"] = "1";
        start.Environment["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache");
        return new ServedMachine(Process.Start(start)!, port) { Ends = ends };
    }

    /// <summary>Tries until it does not fail: QEMU takes connections before the program does, and ends them.</summary>
    public async Task<T> Until<T>(Func<Task<T>> attempt)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception e) when (e is IOException or SocketException or TimeoutException && watch.Elapsed < s_patience && !_process.HasExited)
            {
                await Task.Delay(100);
            }
            catch (Exception e) when (_process.HasExited)
            {
                throw new InvalidOperationException($"the machine ended with {_process.ExitCode}: {await _errors}", e);
            }
        }
    }

    /// <summary>Ends the program by SIGTERM, which a shell does not ignore for what it runs in the background; the tool's exit status.</summary>
    public int Stop(string signal = "TERM")
    {
        if (!_process.HasExited)
        {
            ChildRun.Run("kill", ["-" + signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], new ChildOptions());
        }

        return _process.WaitForExit(s_patience) ? _process.ExitCode : -1;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    internal static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
