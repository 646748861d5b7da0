using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A thread of a program: a loop that runs it in user mode and does what its traps ask for.</summary>
public sealed partial class UserThread : KernelThread
{
    private const ulong DefaultTimerSlackNs = 50_000;

    private byte[] _name = [];
    private ThreadWork _work;
    private CpuTimeSplit _split;

    internal UserThread(Process process, int id, ContextSlot slot)
        : base(process.Host.Scheduler, slot)
    {
        Process = process;
        Id = id;
        Context.Space = process.Space;
        Futex = new FutexWaiter(this);
        PendingSignals = new SignalQueue(process.SignalBudget);
    }

    /// <summary>The program thread that runs now.</summary>
    public static new UserThread Current => (UserThread)KernelThread.Current;

    /// <summary>gettid(2).</summary>
    public int Id { get; internal set; }

    public Process Process { get; }

    /// <summary>Up to 15 bytes (PR_SET_NAME).</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>The word to clear and wake as a futex when the thread ends; zero is none (CLONE_CHILD_CLEARTID).</summary>
    public VirtAddr ClearOnExit { get; set; }

    /// <summary>How late its timeouts may be (PR_SET_TIMERSLACK): kept, for they are on time here.</summary>
    public ulong TimerSlackNs { get; set; } = DefaultTimerSlackNs;

    /// <summary>The slack of its maker when it was made, which PR_SET_TIMERSLACK with zero goes back to.</summary>
    public ulong InheritedTimerSlackNs { get; set; } = DefaultTimerSlackNs;

    /// <summary>Head of the list of robust futexes; zero is none.</summary>
    public VirtAddr RobustList { get; set; }

    /// <summary>Policy, priorities and nice value.</summary>
    public SchedulingAttributes Scheduling { get; set; }

    /// <summary>CPU time used so far, the current turn included, nanoseconds.</summary>
    public ulong TotalCpuTimeNs => CpuTimeNs + (this == KernelThread.Current ? Clock.Now.Since(RunningSince) : 0);

    /// <summary>Armed timers on its CPU time; null while there was none.</summary>
    internal CpuTimerQueue? OwnTimers { get; private set; }

    /// <summary>Armed timers on the part of it that the program itself used.</summary>
    internal CpuTimerQueue? OwnProgramTimers { get; private set; }

    /// <summary>The same, divided.</summary>
    public CpuTimes CpuTimes => _split.Divide(TotalCpuTimeNs, UserSamples, SystemSamples);

    /// <summary>Whether the process wants the thread gone: loops that wait uninterruptibly must end.</summary>
    public bool IsEnding => (_work & ThreadWork.Exit) != 0;

    /// <summary>The place in a futex queue.</summary>
    internal FutexWaiter Futex { get; }

    /// <summary>Makes the queue of one of its clocks: arming a timer must not allocate.</summary>
    internal void PrepareTimers(CpuClock clock)
    {
        if (clock.IsUserOnly)
        {
            OwnProgramTimers ??= new CpuTimerQueue(clock);
        }
        else
        {
            OwnTimers ??= new CpuTimerQueue(clock);
        }
    }

    /// <summary>Sets the name; what does not fit into 15 bytes is cut off.</summary>
    public void SetName(ReadOnlySpan<byte> name) => _name = name[..Math.Min(name.Length, 15)].ToArray();

    public override void Run()
    {
        SystemCalls calls = Process.Host.Calls;
        Scheduler scheduler = Scheduler;
        ref UserRegisters registers = ref Context.Registers;
        while (true)
        {
            if (_work != ThreadWork.None)
            {
                DoWork(ref registers);
            }

            if (scheduler.IsArmingDue)
            {
                scheduler.ArmForUser();
            }

            TrapKind kind = Context.EnterUser();
            if (kind == TrapKind.SystemCall)
            {
                Result<long> result = KernelHeap.IsDue && !KernelHeap.Prepare(calls.NeedsReservation(registers.Rax))
                    ? Errno.ENOMEM
                    : calls.Call(this, ref registers);
                if (result.TryGet(out long value))
                {
                    registers.Rax = unchecked((ulong)value);
                }
                else
                {
                    FailCall(ref registers, result.Error);
                }
            }
            else
            {
                HandleTrap(Context.Describe(kind), ref registers);
            }
        }
    }

    /// <summary>The process ends: this thread leaves on its way back to the program, at once if it waits.</summary>
    internal void RequestExit()
    {
        _work |= ThreadWork.Exit;
        Interrupt();
    }

    /// <summary>The process stops: this thread waits on its way back to the program, at once if it waits for something else.</summary>
    internal void RequestStop()
    {
        _work |= ThreadWork.Stop;
        Interrupt();
    }

    /// <summary>execve(2) gave the process another program; the thread starts it as if it were new.</summary>
    internal void StartProgram(ProgramImage image)
    {
        Context.Space = Process.Space;
        Context.Registers = default;
        Context.Registers.Rip = image.Start.Value;
        Context.Registers.Rsp = image.StackPointer.Value;
        Context.Registers.Rflags = 0x202;
        Context.FsBase = 0;
        Context.GsBase = 0;
        Context.ResetExtendedState();
        SetName(image.CommandName);
        ForgetInterruptedCall();
        ClearOnExit = default;
        RobustList = default;
        SignalStack = new AlternateStack { Flags = AlternateStack.Disabled };
    }

    private void WaitWhileStopped()
    {
        _work &= ~ThreadWork.Stop;
        Process.WaitForContinuation(this);
        if (IsEnding)
        {
            ExitThread();
        }
    }

    private void DoWork(ref UserRegisters registers)
    {
        // Who is stopped and continued over and over finds more work each time before the program runs.
        do
        {
            if ((_work & ThreadWork.Exit) != 0)
            {
                ExitThread();
            }

            if ((_work & ThreadWork.Stop) != 0)
            {
                WaitWhileStopped();
            }

            IsInterruptPending = false;
            if ((_work & ThreadWork.Signals) != 0)
            {
                _work &= ~ThreadWork.Signals;
                DeliverSignals(ref registers);
            }

            FinishRestart(ref registers, hasHandler: false, default);
            RestoreMask();
        }
        while (_work != ThreadWork.None);
    }
}
