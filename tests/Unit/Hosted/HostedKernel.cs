using System;
using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
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
using Mote.Kernel.Time;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Imaging;
using Mote.Tests.Unit.Observe;
using Mote.Tests.Unit.Sockets;
using Mote.Tests.Unit.Vfs;

namespace Mote.Tests.Unit.Hosted;

/// <summary>
/// The whole kernel above the fake machine, with one program that is an iterator: it yields the system calls that it makes and finds their results here. Time stands still while
/// the program runs and jumps to the next timer when it waits.
/// </summary>
internal sealed class HostedKernel
{
    /// <summary>Where every system call instruction of the program is.</summary>
    private const ulong CallSite = 0x40_0200;
    private const ulong InstructionBytes = 2;
    private const ulong HandlerAddress = 0x40_0300;
    private const ulong RestorerAddress = 0x40_0400;
    private const int Unused = 0x4000;

    private readonly TestTree _tree = new();
    private readonly Scheduler _scheduler = new();
    private readonly FakePort _control = new();
    private IEnumerator<SystemCall>? _program;
    private bool _isInHandler;
    private bool _hasCalled;

    public HostedKernel(bool traces = false)
    {
        _scheduler.AdoptIdle(new IdleThread(_scheduler));
        KernelLog log = new();
        WallClock wallClock = new(0);
        Table = new SyscallTable(log);
        Host = new ProcessHost(_scheduler, Table, _tree.Tree, wallClock, log, new NoReports());
        _scheduler.Resumed = new HostTime(Host);
        SocketSystem sockets = Sockets = new(_tree.Tree, new CurrentCaller(), new Network(_scheduler.Timers, new FixedRandom()));
        FileServices files = new(_tree.Tree, new MemoryFiles(_tree.Clock, _tree.Devices, 1 << 20), _scheduler, wallClock, sockets);
        files.AddTo(Table);
        KernelCalls.AddTo(Table, Host);
        _tree.MakeDirectory("/proc");
        SystemIdentity identity = new("6.1.0", "#1", "id", static () => "id");
        _ = _tree.Tree.MountAt("/proc"u8, new ProcFileSystem(_tree.Tree, Host, identity) { Sockets = sockets, Ipc = files.Ipc }, "ro");
        if (traces)
        {
            StraceTracer tracer = new(new ControlChannel(_control), Host);
            Table.SetTracer(tracer);
            Host.Observer = tracer.Threads;
        }

        _tree.MakeDirectory("/bin");
        AddProgram("/bin/program");
    }

    public SyscallTable Table { get; }

    public ProcessHost Host { get; }

    public TestTree Files => _tree;

    public SocketSystem Sockets { get; }

    public Process Process { get; private set; } = null!;

    public UserThread Thread => Process.Threads[0];

    /// <summary>What the last call returned: a value, or a negative error.</summary>
    public long Result { get; private set; }

    /// <summary>The numbers in RAX of calls that the kernel had the program make again.</summary>
    public List<int> Restarted { get; } = [];

    /// <summary>Called when a handler begins, with its registers.</summary>
    public Action<UserRegisters>? Handled { get; set; }

    /// <summary>Lines of the system-call trace.</summary>
    public string[] Trace => _control.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Memory of the program that it does not use itself: its stack, far below the pointer.</summary>
    public ulong Memory => Process.Image.StackPointer.Value - Unused;

    public void AddProgram(string path)
    {
        OpenFile file = _tree.Open(path, OpenFlags.WriteOnly | OpenFlags.Create, 0x1ed).Value;
        DataSource source = new(new TestElf { Kind = 2 }.ToBytes());
        file.Write(ref source);
        file.Release();
    }

    /// <summary>Runs a program to its end, which comes when the iterator ends.</summary>
    public void Run(Func<IEnumerable<SystemCall>> program, string path = "/bin/program")
    {
        HostedUser.Program = Enter;
        _program = program().GetEnumerator();
        Process = Host.Start(Encoding.UTF8.GetBytes(path), [Encoding.UTF8.GetBytes(path)], [], new FileTable(), _tree.Context).Value;
        _scheduler.RunIdle(() => Process.HasExited);
    }

    /// <summary>Does something when so much time has passed, while the program waits.</summary>
    public void After(ulong milliseconds, Action action) => _scheduler.Timers.Arm(new Alarm(action), Clock.Now.Plus(milliseconds * 1_000_000));

    /// <summary>Ends the program's wait without a handler: a signal that is taken back before the thread looks, as by another thread.</summary>
    public void Disturb()
    {
        _ = Process.Send(SignalInfo.FromProcess(Signal.SIGUSR2, SignalInfo.User, 1, 0));
        Assert(Process.PendingSignals.TryTake(SignalSet.Of(Signal.SIGUSR2), out _));
    }

    public void Send(Signal signal) => _ = Process.Send(SignalInfo.FromProcess(signal, SignalInfo.User, 7, 0));

    /// <summary>The call that gives a signal the handler of these programs; its structure goes to <see cref="Memory"/>.</summary>
    public SystemCall Catch(Signal signal, ulong flags = 0)
    {
        const ulong Restorer = 0x0400_0000;
        const ulong Info = 4;
        Put(0, HandlerAddress);
        Put(8, flags | Restorer | Info);
        Put(16, RestorerAddress);
        Put(24, 0);
        return new SystemCall(SyscallNumber.RtSigaction, (ulong)signal, Memory, 0, 8);
    }

    /// <summary>Writes a word at an offset of <see cref="Memory"/>.</summary>
    public void Put(ulong offset, ulong word) => Assert(Process.Space.TryWrite(new VirtAddr(Memory + offset), word));

    public ulong Word(ulong offset)
    {
        Assert(Process.Space.TryRead(new VirtAddr(Memory + offset), out ulong word));
        return word;
    }

    public byte[] Bytes(ulong address, int count)
    {
        byte[] bytes = new byte[count];
        Assert(Process.Space.Read(new VirtAddr(address), bytes) == count);
        return bytes;
    }

    private Trap Enter(CpuContext context)
    {
        ref UserRegisters registers = ref context.Registers;
        if (_hasCalled && registers.Rip == CallSite)
        {
            Restarted.Add((int)registers.Rax);
            registers.Rip = CallSite + InstructionBytes;
            return HostedUser.SystemCall;
        }

        if (registers.Rip == HandlerAddress)
        {
            // The handler returns to the restorer, which takes its address from the stack.
            Handled?.Invoke(registers);
            _isInHandler = true;
            registers.Rsp += sizeof(ulong);
            return Call(ref registers, new SystemCall(SyscallNumber.RtSigreturn));
        }

        if (_hasCalled || _isInHandler)
        {
            Result = unchecked((long)registers.Rax);
        }

        _isInHandler = false;
        return Call(ref registers, _program!.MoveNext() ? _program.Current : new SystemCall(SyscallNumber.ExitGroup, 0));
    }

    private Trap Call(ref UserRegisters registers, SystemCall call)
    {
        ReadOnlySpan<ulong> given = call.Arguments;
        Span<ulong> all = stackalloc ulong[6];
        all.Clear();
        given.CopyTo(all);
        registers.Rax = (ulong)call.Number;
        registers.Rdi = all[0];
        registers.Rsi = all[1];
        registers.Rdx = all[2];
        registers.R10 = all[3];
        registers.R8 = all[4];
        registers.R9 = all[5];
        registers.Rip = CallSite + InstructionBytes;
        _hasCalled = true;
        return HostedUser.SystemCall;
    }

    private static void Assert(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("The test's own program is wrong.");
        }
    }

    private sealed class IdleThread(Scheduler scheduler) : KernelThread(scheduler, CpuContext.Current)
    {
        public override void Run()
        {
        }
    }

    private sealed class Alarm(Action action) : TimerNode
    {
        public override void Expire(Instant now) => action();
    }

    private sealed class NoReports : CrashSink
    {
        public override void Write(ReadOnlySpan<byte> line)
        {
        }
    }
}
