using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Traps other than system calls: interrupts, page faults, exceptions (SDM volume 3, 6.15) and the signals they become (arch/x86/kernel/traps.c).
public sealed partial class UserThread
{
    private const int PageFaultVector = 14;

    private void HandleTrap(in Trap trap, ref UserRegisters registers)
    {
        switch (trap.Kind)
        {
            case TrapKind.Interrupt:
                Scheduler.HandleInterrupts();
                Scheduler.TrySample(isInKernel: IsBehindSystemCall(in registers));
                if (Scheduler.IsPreemptionDue)
                {
                    Scheduler.Yield();
                }

                break;
            case TrapKind.PageFault:
                // A present page that an access of the CPU's own was refused (a descriptor, or QEMU 7.2's way of IRET in a program under SMAP) will be refused again.
                bool isRefused = trap.IsProtectionViolation && !trap.IsProgramAccess;
                if (isRefused && TryInterruptReturn(in trap, ref registers))
                {
                    break;
                }

                FaultOutcome outcome = isRefused ? FaultOutcome.NotAllowed : Process.Memory.Fault(trap.FaultAddress, trap.WantedAccess);
                if (outcome != FaultOutcome.Resolved)
                {
                    FailFault(in trap, outcome);
                }

                break;
            default:
                HandleException(in trap, in registers);
                break;
        }
    }

    /// <summary>
    /// Interrupts are off in the kernel: one that came there is taken before the program's next instruction, with RCX and R11 as SYSRET left them, and the time
    /// that it stands for was the kernel's.
    /// </summary>
    private static bool IsBehindSystemCall(in UserRegisters registers) => registers.Rip == registers.Rcx && registers.Rflags == registers.R11;

    private void FailFault(in Trap trap, FaultOutcome outcome)
    {
        const int NotMapped = 1; // SEGV_MAPERR
        const int NotAllowed = 2; // SEGV_ACCERR
        const int NoAddress = 2; // BUS_ADRERR
        const uint UserMode = 4;
        const uint Present = 1;
        if (outcome == FaultOutcome.OutOfMemory)
        {
            Process.EndForMemory(this);
            return;
        }

        ulong address = trap.FaultAddress.Value;
        TrapNumber = PageFaultVector;
        TrapError = trap.ErrorCode | UserMode | (trap.FaultAddress.IsUser ? 0 : Present); // nobody learns what the kernel has mapped (set_signal_archinfo)
        FaultAddress = address;
        Force(outcome == FaultOutcome.NoPage
            ? SignalInfo.Fault(Signal.SIGBUS, NoAddress, address)
            : SignalInfo.Fault(Signal.SIGSEGV, outcome == FaultOutcome.NotAllowed ? NotAllowed : NotMapped, address));
    }

    private void HandleException(in Trap trap, in UserRegisters registers)
    {
        TrapNumber = (ulong)trap.Vector;
        TrapError = trap.ErrorCode;
        ulong at = registers.Rip;
        Force(trap.Vector switch
        {
            0 => SignalInfo.Fault(Signal.SIGFPE, 1, at), // FPE_INTDIV
            1 => SignalInfo.Fault(Signal.SIGTRAP, trap.IsSingleStep ? 2 : 1, at), // TRAP_TRACE, TRAP_BRKPT: there are no hardware breakpoints
            3 => SignalInfo.Fault(Signal.SIGTRAP, SignalInfo.Kernel, 0),
            6 => SignalInfo.Fault(Signal.SIGILL, 2, at), // ILL_ILLOPN
            16 or 19 => SignalInfo.Fault(Signal.SIGFPE, FloatingPointCode(trap.Vector), at),
            11 or 12 => SignalInfo.Fault(Signal.SIGBUS, SignalInfo.Kernel, 0), // segment not present, stack segment
            17 => SignalInfo.Fault(Signal.SIGBUS, 1, 0), // BUS_ADRALN
            _ => SignalInfo.Fault(Signal.SIGSEGV, SignalInfo.Kernel, 0),
        });
    }

    /// <summary>The FPE_ code of the first exception that is raised and not masked, in x87's status and control word or in MXCSR.</summary>
    private int FloatingPointCode(int vector)
    {
        Span<byte> state = Process.Host.StateBuffer;
        Context.SaveExtendedState(state[..CpuContext.ExtendedStateSize]);
        uint raised;
        if (vector == 16)
        {
            uint control = BinaryPrimitives.ReadUInt16LittleEndian(state);
            raised = BinaryPrimitives.ReadUInt16LittleEndian(state[2..]) & ~control;
        }
        else
        {
            uint control = BinaryPrimitives.ReadUInt32LittleEndian(state[24..]);
            raised = control & ~(control >> 7);
        }

        const int Invalid = 7;
        const int Divide = 3;
        const int Overflow = 4;
        const int Underflow = 5;
        const int Inexact = 6;
        return (raised & 1) != 0 ? Invalid
            : (raised & 4) != 0 ? Divide
            : (raised & 8) != 0 ? Overflow
            : (raised & 0x12) != 0 ? Underflow
            : (raised & 0x20) != 0 ? Inexact
            : 0;
    }
}
