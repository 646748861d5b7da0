using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
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
        Accelerator accelerator = AcceleratorChoice.Resolve(options.Accelerator, qemu);

        options.Network.Check();

        MachineOptions machine = new()
        {
            KernelPath = kernel,
            RootImagePath = image.RootImagePath,
            KernelCommandLine = CommandLineOf(image.Config, options),
            Memory = options.Memory,
            Model = options.Machine,
            Accelerator = accelerator,
            Network = options.Network,
            DebuggerPort = options.Debugger ? FreePort() : null,
        };
        return Run(qemu, machine, options);
    }

    private static int Run(string qemu, MachineOptions machine, RunOptions options)
    {
        Stream input = Console.OpenStandardInput();
        MachineRun run = new(new MachineConsole
        {
            ReadInput = buffer => ReadInput(input, buffer),
            WriteOutput = HostOutput.StandardOutput.Write,
            WriteError = HostOutput.StandardError.Write,
            OnControlLine = line => ShowControlLine(line, options.Verbose),
            OnSerial = options.Verbose ? (buffer, count) => HostOutput.StandardError.Write(buffer, count) : null,
        });

        using PosixSignalRegistration interrupt = StopOn(run, PosixSignal.SIGINT, ExitStatus.Interrupted);
        using PosixSignalRegistration terminate = StopOn(run, PosixSignal.SIGTERM, ExitStatus.Terminated);
        using PosixSignalRegistration hangUp = StopOn(run, PosixSignal.SIGHUP, ExitStatus.HungUp);
        using Timer? timer = options.Timeout is TimeSpan limit
            ? new Timer(_ => run.Stop(ExitStatus.TimedOut), null, limit, Timeout.InfiniteTimeSpan)
            : null;

        if (machine.DebuggerPort is int port)
        {
            string symbols = Installation.DebugKernel(machine.KernelPath) ?? machine.KernelPath;
            Report.Line($"mote: the machine waits for a debugger: gdb {symbols} -ex 'target remote 127.0.0.1:{port}'");
        }

        MachineOutcome outcome = run.Run(qemu, machine);
        if (outcome.End == MachineEnd.Failed)
        {
            FailureReport.Show(outcome, machine);
        }
        else if (outcome is { End: MachineEnd.Stopped, Status: ExitStatus.TimedOut })
        {
            Report.Error($"the machine was ended after {options.Timeout!.Value.TotalSeconds:0.###} seconds (--timeout)");
        }

        return outcome.Status;
    }

    private static MachineImage OpenImage(RunOptions options)
    {
        using BuildProgress progress = new(options.Verbose, PlainSteps.Hidden);
        return new ImageBuilder(progress).BuildCached(options.Image, Path.Combine(Installation.CacheFolder(), "images"));
    }

    private static string CommandLineOf(ImageConfig config, RunOptions options)
    {
        KernelCommandLine line = new KernelCommandLine()
            .Executable(config.EntryPoint)
            .Arguments(config.Arguments)
            .Environment(config.Environment)
            .WorkingDirectory(config.WorkingDirectory)
            .WallClock((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100);
        if (options.Network.Choice.Kind != NetworkKind.None)
        {
            line.Network(options.Network.Choice.KernelWords);
        }

        if (options.Strace)
        {
            line.Flag("mote.strace");
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

        // Linux limits one argument of execve(2), which carries this text to QEMU, to 32 pages (MAX_ARG_STRLEN).
        const int LongestArgument = (32 * 4096) - 1;
        return text.Length <= LongestArgument
            ? text
            : throw new CliException($"the program's arguments and environment take {text.Length} bytes on the kernel's command line, more than the {LongestArgument} that fit");
    }

    private static int ReadInput(Stream input, byte[] buffer)
    {
        try
        {
            return input.Read(buffer, 0, buffer.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard input is closed or unreadable: the program sees its end, as under nohup(1).
            return 0;
        }
    }

    private static void ShowControlLine(ControlLine line, bool verbose)
    {
        if (line.Kind != ControlLineKind.Unknown || verbose)
        {
            Report.Line(line.Text);
        }
    }

    private static PosixSignalRegistration StopOn(MachineRun run, PosixSignal signal, int status) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            run.Stop(status);
        });

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
