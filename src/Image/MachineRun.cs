using System;
using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Fs.Dev;
using Mote.Kernel.Fs.Erofs;
using Mote.Kernel.Fs.Proc;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Logging;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Observe;
using Mote.Kernel.Processes;
using Mote.Kernel.Syscalls;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Syscalls.Sockets;
using Mote.Kernel.Tasks;
using Mote.Kernel.Terminals;
using Mote.Kernel.Time;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Image;

/// <summary>One run of the machine, in order: clock, devices, files, the program, its end.</summary>
internal sealed class MachineRun
{
    /// <summary>Statuses of a shell for a program that cannot be started (POSIX XCU 2.8.2).</summary>
    private const int CannotRun = 126;
    private const int NotFound = 127;

    /// <summary>Everybody writes, and removes what is his (01777).</summary>
    private const uint OpenToAll = 0x3ff;

    private const ulong EntropyPatienceNs = 1_000_000_000;
    private const ulong TimePatienceNs = 100_000_000;

    /// <summary>ENQ on the serial port: the tool answers on the control channel. It costs a few instructions and is nothing that a log or a panic writes.</summary>
    private static ReadOnlySpan<byte> AskForTime => [5];

    private readonly KernelLog _log = new();
    private readonly Scheduler _scheduler = new();
    private readonly KernelCommandLine _options = KernelCommandLine.Parse(BootInfo.CommandLine);

    /// <summary>Runs the program and turns the machine off.</summary>
    public void Run()
    {
        if (_options.HasConfigFile)
        {
            _options.Add(FirmwareConfig.TryReadFile("opt/mote/config"u8));
        }

        // The answer comes while the machine goes on starting.
        Instant asked = Clock.Now;
        if (_options.AsksForTime)
        {
            SerialPort.Write(AskForTime);
        }

        _scheduler.AdoptIdle(new IdleThread(_scheduler));
        WallClock wallClock = new(unchecked((long)_options.WallClockNs));
        if (_options.WallClockNs == 0 && Clock.HostUnixNs is long now and not 0)
        {
            wallClock.Set(now);
        }

        List<VirtioTransport> transports = VirtioScan.FindAll(BootInfo.CommandLine, _options.LastPciDevice, _log);
        Streams streams = Streams.Open(transports, _options.HasDiagnostics, _options.PrefersSerial, _log);
        CrashSink crashes = streams.Control == null ? new SerialCrashSink() : new ControlCrashSink(streams.Control);
        if (_options.IsVerbose)
        {
            _log.Attach(streams.Control == null ? new SerialLogSink() : new ControlLogSink(streams.Control));
        }

        foreach (string word in _options.Unknown)
        {
            _log.Write($"the kernel command line has {word}, which means nothing to this kernel");
        }

        StartHeap(crashes, streams);
        if (_options.Attack.Length > 0)
        {
            RunAttack(crashes);
        }

        int status = RunProgram(wallClock, transports, streams, crashes, asked);
        if (_options.IsVerbose)
        {
            WriteHeap();
        }

        streams.Close(status);
        Power.Off(0);
    }

    /// <summary>For tests: what the page tables hold, then an attack that must end the machine.</summary>
    private void RunAttack(CrashSink crashes)
    {
        PageTableReport found = PageTableWalk.Run();
        crashes.Write($"page tables: {found.Pages} pages, {found.WritableAndExecutable} writable and executable, {found.ExecutableElsewhere} executable outside the code, {found.WritableCode} of code writable, {found.ForPrograms} for programs, {found.LowEntries} low entries, {found.UnguardedStacks} unguarded stacks");
        if (SelfTest.TryAttack(_options.Attack))
        {
            crashes.Write($"the attack {Encoding.UTF8.GetString(_options.Attack)} was not prevented");
        }
    }

    /// <summary>Gives the kernel heap its limit, and what tests want of it. Where it is exhausted in the middle of something, the machine ends in good order.</summary>
    private void StartHeap(CrashSink crashes, Streams streams)
    {
        KernelHeap.SetLimit(_options.HeapBytes);
        KernelHeap.SetExhausted(new HeapExhaustion(crashes, streams));
        if (_options.IsHeapStressed)
        {
            KernelHeap.Stress();
        }

        KernelHeap.FailReservation(_options.FailedReservation);
        KernelHeap.FailAllocation(_options.FailedAllocation);
    }

    private int RunProgram(WallClock wallClock, List<VirtioTransport> transports, Streams streams, CrashSink crashes, Instant asked)
    {
        Result<ErofsFileSystem> root = ErofsFileSystem.Open(new BootModuleMedium());
        if (!root.TryGet(out ErofsFileSystem lower))
        {
            crashes.Write("the machine has no root image, or a damaged one: it is the boot module (-initrd), an EROFS file system");
            return CannotRun;
        }

        WallFileClock clock = new(wallClock);
        DeviceTable devices = new();
        FileTree tree = new(new RamFileSystem(clock, devices, MemoryStatistics.TotalBytes, lower), clock);
        SyscallTable table = new(_log);
        ProcessHost host = new(_scheduler, table, tree, wallClock, _log, crashes);
        _scheduler.Resumed = new HostTime(host);
        StartEntropy(transports, host);
        DeviceFiles.AddDrivers(devices, tree, streams.Output, new GeneratorSource { Generator = host.Randomness });
        MachineTerminal? terminal = _options.HasTerminal
            ? new MachineTerminal(host, tree.Buffers, streams.Input, streams.Output, new WindowSize(_options.TerminalRows, _options.TerminalColumns, 0, 0))
            : null;
        streams.Terminal = terminal;
        Network network = new(_scheduler.Timers, new PoolRandom(host.Randomness));
        SocketSystem sockets = new(tree, new CurrentCaller(), network);
        DiagnosticRelay? diagnostics = streams.Diagnostics == null ? null : new DiagnosticRelay(streams.Diagnostics, sockets, _scheduler);
        FileServices files = new(tree, new MemoryFiles(clock, devices, MemoryStatistics.TotalBytes), _scheduler, wallClock, sockets);
        Mount(tree, clock, devices, host, files, sockets, terminal);
        files.AddTo(table);
        KernelCalls.AddTo(table, host);
        new NetworkStart(network, _scheduler.Timers, tree, _log).Run(transports, _options.Network);

        FsContext context = new(tree.Root);
        Result<PathNode> start = tree.Resolve(context, tree.Root, _options.WorkingDirectory, WalkFlags.None);
        if (!start.TryGet(out PathNode directory))
        {
            crashes.Write($"the working directory {Encoding.UTF8.GetString(_options.WorkingDirectory)} is not in the image");
            return CannotRun;
        }

        context.WorkingDirectory = directory;
        MachineControl? control = Listen(host, streams, terminal, sockets, asked);
        Result<Process> started = host.Start(_options.Program, ToArray(_options.Arguments), ToArray(_options.Environment), StandardFiles(tree, streams, terminal), context);
        if (!started.TryGet(out Process process))
        {
            crashes.Write($"{Encoding.UTF8.GetString(_options.Program)} cannot be started: {ErrnoText.Describe(started.Error)}");
            return started.Error == Errno.ENOENT ? NotFound : CannotRun;
        }

        terminal?.Attach(process);
        control?.Begin(process);
        CallReport? report = Trace(streams.Control, table, host);
        terminal?.Start();
        _scheduler.RunIdle(() => process.HasExited);
        new NetworkEnd(network, _scheduler, control).Wait();
        if (diagnostics != null)
        {
            new DiagnosticEnd(diagnostics, streams.Diagnostics!, _scheduler).Wait();
        }

        report?.Send(streams.Control!, Instant.Never);
        return process.ShellStatus;
    }

    /// <summary>Begins to obey the tool, and waits a moment for its answer about the time: a program must not see the clock jump.</summary>
    private MachineControl? Listen(ProcessHost host, Streams streams, MachineTerminal? terminal, SocketSystem sockets, Instant asked)
    {
        if (streams.Control == null)
        {
            return null;
        }

        CoreDumper cores = new(streams.Control, _scheduler) { TakesCrashes = _options.TakesCores };
        host.Cores = cores;
        MachineControl control = new(host, terminal, new ListenerReport(sockets, streams.Control), cores);
        host.Stopped = stopped => ReportStop(stopped, streams.Control);
        if (_options.AsksForTime)
        {
            control.NoteAsked(asked);
        }

        ControlInput input = new(streams.ControlPort!, control); // the port holds on to it
        Instant deadline = asked.Plus(TimePatienceNs);
        while (control.IsWaitingForTime && Clock.Now < deadline)
        {
            input.TakeAll();
        }

        return control;
    }

    /// <summary>Attaches the tracers that were asked for; returns the one that has something to say at the end.</summary>
    private CallReport? Trace(ControlChannel? channel, SyscallTable table, ProcessHost host)
    {
        if (channel == null)
        {
            return null;
        }

        StraceTracer? strace = null;
        if (_options.IsTracing)
        {
            strace = new StraceTracer(channel, host);
            host.Observer = strace.Threads;
        }

        CallReport? report = _options.IsReporting ? new CallReport(strace) : null;
        table.SetTracer((SyscallTracer?)report ?? strace);
        return report;
    }

    /// <summary>The tool stands in for the first program's parent.</summary>
    private static void ReportStop(Process process, ControlChannel control)
    {
        if (process.Parent == null)
        {
            control.Stopped((int)process.StopSignal);
        }
    }

    private void WriteHeap()
    {
        HeapStatistics heap = KernelHeap.Statistics;
        _log.Write($"heap: {heap.Allocations} objects of {heap.AllocatedBytes} bytes allocated; {heap.CommittedBytes} bytes of memory");
        _log.Write($"heap: {heap.Collections} collections, the longest {heap.LongestPause} counts, all {heap.TotalPause}; mark stack full {heap.MarkStackOverflows} times");
        _log.Write($"heap: the last one left {heap.LiveObjects} objects of {heap.LiveBytes} bytes in {heap.Blocks} blocks");
    }

    /// <summary>Asks the host for random bytes, which are mixed in when they come. A CPU without random numbers has to wait for them: the program's addresses follow from them.</summary>
    private void StartEntropy(List<VirtioTransport> transports, ProcessHost host)
    {
        foreach (VirtioTransport transport in transports)
        {
            if (transport.DeviceType == VirtioDeviceType.Entropy)
            {
                EntropyDevice? device = EntropyDevice.TryStart(transport, new DmaMemory(), host.Randomness, _log);
                if (!host.Randomness.IsSeeded)
                {
                    _ = device?.WaitForBytes(Clock.Now.Plus(EntropyPatienceNs)); // the pool says so when it stays without a seed
                }
            }
        }
    }

    private void Mount(FileTree tree, FileClock clock, DeviceTable devices, ProcessHost host, FileServices files, SocketSystem sockets, MachineTerminal? terminal)
    {
        Result<FileSystem> deviceFiles = DeviceFiles.Create(clock, devices);
        if (deviceFiles.TryGet(out FileSystem dev))
        {
            PseudoTerminalTable pseudoTerminals = TerminalDevices.AddTo(devices, dev, tree, host, terminal);
            Attach(tree, "/dev", dev, "rw,nosuid");
            Attach(tree, "/dev/pts", pseudoTerminals.FileSystem, "rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666");
        }

        SystemIdentity identity = new(SystemNames.Release, SystemNames.Version, NewUuid(host), () => NewUuid(host));
        Attach(tree, "/proc", new ProcFileSystem(tree, host, identity) { Sockets = sockets, Ipc = files.Ipc }, "rw,nosuid,nodev,noexec");
        Attach(tree, "/sys", new SysFileSystem(tree, host.MemoryPolicy) { Sockets = sockets }, "rw,nosuid,nodev,noexec");
        Attach(tree, "/dev/shm", new RamFileSystem(clock, devices, MemoryStatistics.TotalBytes / 2, OpenToAll), "rw,nosuid,nodev");

        // A folder of the root, as in a container, so that files can be moved and linked between it and the rest. An image's own stays as it is.
        FsContext context = new(tree.Root) { Umask = 0 };
        _ = tree.MakeDirectory(context, tree.Root, "/tmp"u8, OpenToAll);
    }

    private void Attach(FileTree tree, string path, FileSystem fileSystem, string options)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        FsContext context = new(tree.Root);
        _ = tree.MakeDirectory(context, tree.Root, bytes, 0x1ed); // it may be in the image already
        Errno error = tree.MountAt(bytes, fileSystem, options);
        if (error != Errno.None)
        {
            _log.Write($"{path} cannot be mounted: {ErrnoText.Describe(error)}");
        }
    }

    private static FileTable StandardFiles(FileTree tree, Streams streams, MachineTerminal? terminal)
    {
        FileTable files = new();
        if (terminal != null && tree.Open(new FsContext(tree.Root), tree.Root, "/dev/hvc0"u8, OpenFlags.ReadWrite, 0).TryGet(out OpenFile opened))
        {
            // One description under three numbers, as from getty(8).
            opened.AddReference();
            opened.AddReference();
            for (int i = 0; i < 3; i++)
            {
                _ = files.Add(opened, closeOnExec: false);
            }

            return files;
        }

        _ = files.Add(new ConsoleFile(tree, streams.Input, OpenFlags.ReadOnly), closeOnExec: false);
        _ = files.Add(new ConsoleFile(tree, streams.Output, OpenFlags.WriteOnly), closeOnExec: false);
        _ = files.Add(new ConsoleFile(tree, streams.Error, OpenFlags.WriteOnly), closeOnExec: false);
        return files;
    }

    private static byte[][] ToArray(IReadOnlyList<byte[]> list)
    {
        byte[][] result = new byte[list.Count][];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = list[i];
        }

        return result;
    }

    /// <summary>A random UUID, version 4 (RFC 9562).</summary>
    private static string NewUuid(ProcessHost host)
    {
        Span<byte> bytes = stackalloc byte[16];
        host.Randomness.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        string hex = Convert.ToHexStringLower(bytes);
        return string.Concat(string.Concat(hex.AsSpan(0, 8), "-", hex.AsSpan(8, 4), "-"), string.Concat(hex.AsSpan(12, 4), "-", hex.AsSpan(16, 4), "-"), hex.AsSpan(20));
    }
}
