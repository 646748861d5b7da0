using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Mote.Cli.Cores;
using Mote.Cli.Terminals;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary><c>mote run</c>: builds the image unless it is up to date, boots it, and streams the program's input and output.</summary>
internal static class RunCommand
{
    public static int Run(RunOptions options)
    {
        string qemu = Executables.Qemu();
        string kernel = Installation.Kernel();
        MachineImage image = OpenImage(options);
        MemoryNeed.Check(options.Memory, kernel, image);
        bool hasTerminal = options.Terminal == TerminalUse.Always || (options.Terminal == TerminalUse.Auto && HostTerminal.IsPresent);
        Accelerator accelerator = AcceleratorChoice.Resolve(options.Accelerator, qemu);

        options.Network.Check();
        CoreFile.Check(options.CorePath);
        StartWarning.Show(image);

        bool hasDiagnostics = options.Diagnostics ?? image.Config.HasDiagnostics;
        MachineOptions machine = new()
        {
            KernelPath = kernel,
            RootImagePath = image.RootImagePath,
            KernelCommandLine = "mote.config=fw_cfg",
            Configuration = ConfigurationOf(image.Config, options, hasTerminal, hasDiagnostics),
            Memory = options.Memory,
            Model = options.Machine,
            Accelerator = accelerator,
            Network = options.Network,
            Diagnostics = hasDiagnostics,
            DebuggerPort = options.Debugger ? FreePort() : null,
        };
        using HostTerminal? terminal = hasTerminal ? new HostTerminal() : null;
        int? stopSignal = image.Config.StopSignal is string name
            ? SignalText.TryParse(name, out int signal) ? signal : throw new CliException($"{image.Folder}: '{name}' in config.json is not a signal such as TERM or 15")
            : null;
        return Run(qemu, machine, options, new ImageSources(image), stopSignal, terminal);
    }

    private static int Run(string qemu, MachineOptions machine, RunOptions options, ImageSources sources, int? stopSignal, HostTerminal? terminal)
    {
        CallSummary? summary = options.Report ? new CallSummary() : null;
        EscapeKey escape = new();
        MachineRun run = null!;
        ShellJob? job = null;
        ListenerWatch? listeners = null;
        run = new MachineRun(new MachineConsole
        {
            ReadInput = buffer => terminal is null ? HostInput.Read(buffer) : ReadKeys(buffer, escape, run),
            WriteOutput = HostOutput.StandardOutput.Write,
            WriteError = HostOutput.StandardError.Write,
            OnControlLine = line => ObeyControlLine(line, options.Verbose, job!, summary, listeners),
            OnSerial = options.Verbose ? (buffer, count) => HostOutput.StandardError.WriteText(Encoding.Latin1.GetString(buffer, 0, count)) : null,
        });

        run.Cores.HostPathOf = sources.HostPathOf;
        if (options.CorePath is string corePath)
        {
            run.Cores.OnCrash = () => new CoreFileTarget(corePath, error => ReportCore(corePath, error));
        }

        using OrderlyEnd end = new(run, options.StopTimeout, stopSignal);
        using PosixSignalRegistration interrupt = EndOn(end, PosixSignal.SIGINT, OrderlyEnd.Interrupt);
        using PosixSignalRegistration quit = EndOn(end, PosixSignal.SIGQUIT, OrderlyEnd.Quit);
        using PosixSignalRegistration terminate = EndOn(end, PosixSignal.SIGTERM, OrderlyEnd.Terminate);
        using PosixSignalRegistration hangUp = EndOn(end, PosixSignal.SIGHUP, OrderlyEnd.HangUp);
        bool hasTimedOut = false;
        using Timer? timer = options.Timeout is TimeSpan limit
            ? new Timer(_ => EndInTime(), null, limit, Timeout.InfiniteTimeSpan)
            : null;

        if (machine.DebuggerPort is int port)
        {
            string symbols = Installation.DebugKernel(machine.KernelPath) ?? machine.KernelPath;
            Report.Line($"mote: the machine waits for a debugger: gdb {symbols} -ex 'target remote 127.0.0.1:{port}'");
        }

        using ListenerWatch? watch = options.Network.Ports.Count > 0 ? new ListenerWatch(run, options.Network.Ports, Report.Warning) : null;
        listeners = watch;
        using ClockWatch clock = new(run.SendTime);
        using ShellJob started = new(run, terminal);
        job = started;
        terminal?.MakeRaw();
        MachineOutcome outcome = run.Run(qemu, machine);
        if (outcome.End == MachineEnd.Failed && !run.HasConnected && machine.IsSandboxed && outcome.QemuText.Contains("-sandbox", StringComparison.Ordinal))
        {
            Report.Warning($"QEMU goes on without -sandbox, which denies it what it does not need; it said: {outcome.QemuText.Split('\n')[0]}");
            outcome = run.Run(qemu, machine with { IsSandboxed = false });
        }

        terminal?.Restore();
        summary?.Show();
        if (outcome.End == MachineEnd.Failed)
        {
            FailureReport.Show(outcome, machine);
            return outcome.Status;
        }

        if (end.HasKilled)
        {
            Report.Error($"the program did not end within {options.StopTimeout.TotalSeconds:0.###} seconds and was killed (--stop-timeout)");
        }

        if (!hasTimedOut)
        {
            return outcome.Status;
        }

        Report.Error($"the machine was ended after {options.Timeout!.Value.TotalSeconds:0.###} seconds (--timeout)");
        return ExitStatus.TimedOut;

        void EndInTime()
        {
            Volatile.Write(ref hasTimedOut, true);
            end.Begin(OrderlyEnd.Terminate, ExitStatus.TimedOut);
        }
    }

    private static void ReportCore(string path, string? error) =>
        Report.Line(error is null ? $"mote: the program's core is {path}, {Size.Text(new FileInfo(path).Length)}" : $"mote: there is no core: {error}");

    private static MachineImage OpenImage(RunOptions options)
    {
        using BuildProgress progress = new(options.Verbose, PlainSteps.Hidden);
        MachineImage image = new ImageBuilder(progress).BuildCached(options.Image, Path.Combine(Installation.CacheFolder(), "images"));
        if (image.IsFresh)
        {
            CacheLimit.Enforce(progress);
        }

        return image;
    }

    private static string ConfigurationOf(ImageConfig config, RunOptions options, bool hasTerminal, bool hasDiagnostics)
    {
        KernelCommandLine line = new KernelCommandLine()
            .Executable(config.EntryPoint)
            .Arguments(config.Arguments)
            .Environment(EnvironmentOf(config, hasTerminal))
            .WorkingDirectory(config.WorkingDirectory)
            .WallClock((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100)
            .AskForTime();
        if (hasTerminal)
        {
            (ushort rows, ushort columns) = HostTerminal.Size;
            line.Terminal(rows, columns);
        }

        if (options.Network.Choice.Kind != NetworkKind.None)
        {
            line.Network(options.Network.KernelWords);
        }

        if (hasDiagnostics)
        {
            line.Flag("mote.diagnostics");
        }

        if (options.CorePath is not null)
        {
            line.Flag("mote.core");
        }

        if (options.Strace)
        {
            line.Flag("mote.strace");
        }

        if (options.Report)
        {
            line.Flag("mote.report");
        }

        if (options.Verbose)
        {
            line.Flag("mote.verbose");
        }

        foreach (string word in options.KernelWords)
        {
            line.Flag(word);
        }

        string text = line.ToString();

        // The kernel takes no more (FirmwareConfig); Linux takes 2 MiB from execve(2), of which the stack keeps three quarters.
        const int Longest = 1 << 20;
        return text.Length <= Longest
            ? text
            : throw new CliException($"the program's arguments and environment take {text.Length} bytes, more than the {Longest} that fit");
    }

    /// <summary>With a terminal, TERM says which, and LANG that it shows UTF-8: as the host has them, unless the user gave others.</summary>
    private static IReadOnlyDictionary<string, string> EnvironmentOf(ImageConfig config, bool hasTerminal)
    {
        if (!hasTerminal)
        {
            return config.Environment;
        }

        SortedDictionary<string, string> environment = new(config.Environment.ToDictionary(), StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } name)
        {
            environment.TryAdd("TERM", name);
        }

        string[] localeVariables = ["LC_ALL", "LC_CTYPE", "LANG"];
        string? locale = localeVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        bool isUtf8 = locale is not null && (locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase));
        if (isUtf8 && !localeVariables.Any(environment.ContainsKey))
        {
            environment["LANG"] = "C.UTF-8";
        }

        return environment;
    }

    private static int ReadKeys(byte[] buffer, EscapeKey escape, MachineRun run)
    {
        int count = HostInput.Read(buffer);
        if (escape.IsCompletedBy(buffer.AsSpan(0, count), TimeSpan.FromMilliseconds(Environment.TickCount64)))
        {
            Report.Line("");
            Report.Error("the machine was ended from the keyboard (Ctrl-] three times)");
            run.Stop(ExitStatus.Interrupted);
        }

        return count;
    }

    private static void ObeyControlLine(ControlLine line, bool verbose, ShellJob job, CallSummary? summary, ListenerWatch? listeners)
    {
        if (line.Kind == ControlLineKind.Stopped)
        {
            job.OnProgramStopped();
        }
        else if (line.Kind == ControlLineKind.Report)
        {
            summary?.Add(line.Text);
        }
        else if (line.Kind == ControlLineKind.Listens)
        {
            listeners?.Take(line.Text);
        }
        else if (line.Kind != ControlLineKind.Unknown || verbose)
        {
            Report.Line(line.Text);
        }
    }

    private static PosixSignalRegistration EndOn(OrderlyEnd end, PosixSignal signal, int number) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            end.OnSignal(number);
        });

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
