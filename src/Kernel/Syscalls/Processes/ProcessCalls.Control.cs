using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls;

// prctl(2).
public sealed partial class ProcessCalls
{
    private const int NameBytes = 16;
    private const int DefaultFailurePolicy = UserThread.DefaultFailurePolicy;

    private bool _isSubreaper;

    private void AddControl(SyscallTable table) =>
        table.Add(SyscallNumber.Prctl, Control, "names, dumpable, capabilities, no_new_privs, timer slack and the like; EINVAL: seccomp, what would trace, PR_SET_TSC with PR_TSC_SIGSEGV, PR_SET_MM, PR_SET_SYSCALL_USER_DISPATCH but off, PR_TASK_PERF_EVENTS_*, PR_SCHED_CORE, PR_SET_IO_FLUSHER");

    private Result<long> Control(in SyscallArguments a)
    {
        const int SetDeathSignal = 1;
        const int GetDeathSignal = 2;
        const int GetDumpable = 3;
        const int SetDumpable = 4;
        const int GetKeepCapabilities = 7;
        const int SetKeepCapabilities = 8;
        const int GetTiming = 13;
        const int SetTiming = 14;
        const int SetName = 15;
        const int GetName = 16;
        const int GetSeccomp = 21;
        const int ReadBoundingSet = 23;
        const int DropFromBoundingSet = 24;
        const int GetTimestampCounter = 25;
        const int SetTimestampCounter = 26;
        const int GetSecureBits = 27;
        const int PutSecureBits = 28;
        const int SetTimerSlack = 29;
        const int GetTimerSlack = 30;
        const int SetFailurePolicy = 33;
        const int GetFailurePolicy = 34;
        const int SetSubreaper = 36;
        const int GetSubreaper = 37;
        const int SetNoNewPrivileges = 38;
        const int GetNoNewPrivileges = 39;
        const int GetIdAddress = 40;
        const int SetHugePagesOff = 41;
        const int GetHugePagesOff = 42;
        const int AmbientCapabilities = 47;
        const int GetSpeculation = 52;
        const int SetSpeculation = 53;
        const ulong LastSpeculation = 2; // PR_SPEC_L1D_FLUSH
        const int SetDispatch = 59; // PR_SET_SYSCALL_USER_DISPATCH
        const int SetMemoryName = 0x53564d41;
        CapabilitySets sets = a.Thread.Credentials.Capabilities;
        switch (a.Int0)
        {
            case SetName:
                Span<byte> name = stackalloc byte[NameBytes];
                int length = a.Space.ReadString(a.Address1, name);
                if (length < 0)
                {
                    return Errno.EFAULT;
                }

                a.Thread.SetName(name[..length]);
                return 0;
            case GetName:
                Span<byte> padded = stackalloc byte[NameBytes];
                padded.Clear();
                a.Thread.Name.CopyTo(padded);
                return a.Space.Write(a.Address1, padded) == NameBytes ? 0 : Errno.EFAULT;
            case GetDumpable:
                return a.Process.Dumpable;
            case SetDumpable:
                if (a.A1 > 1)
                {
                    return Errno.EINVAL;
                }

                a.Process.Dumpable = (int)a.A1;
                return 0;
            case SetDeathSignal:
                if (a.A1 > (ulong)Signal.SIGRTMAX)
                {
                    return Errno.EINVAL;
                }

                a.Thread.DeathSignal = (int)a.A1;
                return 0;
            case GetDeathSignal:
                return a.Space.TryWrite(a.Address1, a.Thread.DeathSignal) ? 0 : Errno.EFAULT;
            case GetKeepCapabilities:
                return (sets.SecureBits & SecureBits.KeepCapabilities) != 0 ? 1 : 0;
            case SetKeepCapabilities:
                return KeepCapabilities(in a);
            case GetSecureBits:
                return (long)sets.SecureBits;
            case PutSecureBits:
                return SetSecureBits(in a);
            case GetTiming:
            case GetSeccomp:
                return 0;
            case SetTiming:
                return a.A1 == 0 ? 0 : Errno.EINVAL; // PR_TIMING_STATISTICAL
            case GetTimestampCounter:
                return a.Space.TryWrite(a.Address1, 1) ? 0 : Errno.EFAULT; // PR_TSC_ENABLE
            case SetTimestampCounter:
                return a.A1 == 1 ? 0 : Errno.EINVAL;
            case GetIdAddress:
                return a.Space.TryWrite(a.Address1, a.Thread.ClearOnExit.Value) ? 0 : Errno.EFAULT;
            case SetFailurePolicy:
                return SetMemoryFailurePolicy(in a);
            case GetFailurePolicy:
                return (a.A1 | a.A2 | a.A3 | a.A4) != 0 ? Errno.EINVAL : a.Thread.MemoryFailurePolicy;
            case GetHugePagesOff:
                return (a.A1 | a.A2 | a.A3 | a.A4) != 0 ? Errno.EINVAL : a.Process.Memory.IsHugePagesOff ? 1 : 0;
            case SetHugePagesOff:
                if ((a.A2 | a.A3 | a.A4) != 0)
                {
                    return Errno.EINVAL;
                }

                a.Process.Memory.IsHugePagesOff = a.A1 != 0;
                return 0;
            case ReadBoundingSet:
                return CapabilitySets.IsValid(a.A1) ? (long)((sets.Bounding >> (int)a.A1) & 1) : Errno.EINVAL;
            case DropFromBoundingSet:
                return DropFromBounding(in a);
            case SetTimerSlack:
                a.Thread.TimerSlackNs = a.A1 == 0 ? a.Thread.InheritedTimerSlackNs : a.A1;
                return 0;
            case GetTimerSlack:
                return unchecked((long)a.Thread.TimerSlackNs);
            case SetSubreaper:
                _isSubreaper = a.A1 != 0;
                return 0;
            case GetSubreaper:
                return a.Space.TryWrite(a.Address1, _isSubreaper ? 1 : 0) ? 0 : Errno.EFAULT;
            case SetNoNewPrivileges:
                if (a.A1 != 1 || a.A2 != 0 || a.A3 != 0 || a.A4 != 0)
                {
                    return Errno.EINVAL;
                }

                a.Thread.OwnIdentity().Capabilities.HasNoNewPrivileges = true;
                return 0;
            case GetNoNewPrivileges:
                return (a.A1 | a.A2 | a.A3 | a.A4) != 0 ? Errno.EINVAL : sets.HasNoNewPrivileges ? 1 : 0;
            case AmbientCapabilities:
                return ControlAmbient(in a);
            case GetSpeculation:
                return (a.A2 | a.A3 | a.A4) != 0 ? Errno.EINVAL : a.A1 > LastSpeculation ? Errno.ENODEV : 0; // PR_SPEC_NOT_AFFECTED
            case SetSpeculation:
                return (a.A3 | a.A4) != 0 ? Errno.EINVAL : a.A1 > LastSpeculation ? Errno.ENODEV : Errno.ENXIO; // there is nothing to control
            case SetDispatch:
                return (a.A1 | a.A2 | a.A3 | a.A4) != 0 ? Errno.EINVAL : 0; // it may be turned off, which it is
            case SetMemoryName:
                return LabelMemory(in a);
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>PR_MCE_KILL: what a thread wants to hear of memory that failed. Kept: this machine tells of none.</summary>
    private Result<long> SetMemoryFailurePolicy(in SyscallArguments a)
    {
        const ulong Clear = 0;
        const ulong Set = 1;
        if ((a.A3 | a.A4) != 0 || a.A1 > Set || (a.A1 == Clear && a.A2 != 0) || a.A2 > DefaultFailurePolicy)
        {
            return Errno.EINVAL;
        }

        a.Thread.MemoryFailurePolicy = a.A1 == Clear ? DefaultFailurePolicy : (int)a.A2;
        return 0;
    }
}
