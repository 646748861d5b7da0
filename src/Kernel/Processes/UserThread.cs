using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A thread of a program: a loop that runs it in user mode and does what its traps ask for.</summary>
public sealed partial class UserThread : KernelThread
{
    private byte[] _name = [];
    private ThreadWork _work;

    internal UserThread(Process process, int id, ContextSlot slot)
        : base(process.Host.Scheduler, slot)
    {
        Process = process;
        Id = id;
        Context.Space = process.Space;
    }

    /// <summary>The program thread that runs now.</summary>
    public static new UserThread Current => (UserThread)KernelThread.Current;

    /// <summary>gettid(2).</summary>
    public int Id { get; }

    public Process Process { get; }

    /// <summary>Up to 15 bytes (PR_SET_NAME).</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Blocked signals.</summary>
    public SignalSet Blocked { get; set; }

    /// <summary>The word to clear and wake as a futex when the thread ends; zero is none (CLONE_CHILD_CLEARTID).</summary>
    public VirtAddr ClearOnExit { get; set; }

    /// <summary>Head of the list of robust futexes; zero is none.</summary>
    public VirtAddr RobustList { get; set; }

    public AlternateStack SignalStack { get; set; } = new() { Flags = AlternateStack.Disabled };

    /// <summary>Sets the name; what does not fit into 15 bytes is cut off.</summary>
    public void SetName(ReadOnlySpan<byte> name) => _name = name[..Math.Min(name.Length, 15)].ToArray();

    public override void Run()
    {
        SystemCalls calls = Process.Host.Calls;
        ref UserRegisters registers = ref Context.Registers;
        while (true)
        {
            if (_work != ThreadWork.None)
            {
                DoWork();
            }

            Scheduler.ArmForUser();
            Trap trap = Context.EnterUser();
            if (trap.Kind == TrapKind.SystemCall)
            {
                Result<long> result = calls.Call(this, ref registers);
                if (result.Error == Errno.None)
                {
                    registers.Rax = unchecked((ulong)result.Value);
                }
                else
                {
                    FailCall(ref registers, result.Error);
                }
            }
            else
            {
                HandleTrap(in trap);
            }
        }
    }

    private void FailCall(ref UserRegisters registers, Errno error) => registers.Rax = unchecked((ulong)-(long)error);

    private void DoWork() => _work = ThreadWork.None;

    private void HandleTrap(in Trap trap)
    {
        if (trap.Kind == TrapKind.Interrupt)
        {
            Scheduler.HandleInterrupts();
            if (Scheduler.IsPreemptionDue)
            {
                Scheduler.Yield();
            }
        }
    }
}
