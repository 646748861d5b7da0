using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Syscalls;

// prctl(2).
public sealed partial class ProcessCalls
{
    private const int NameBytes = 16;

    private bool _keepsCapabilities;
    private bool _hasNoNewPrivileges;
    private int _deathSignal;
    private ulong _timerSlackNs = 50_000;
    private bool _isSubreaper;

    private void AddControl(SyscallTable table) =>
        table.Add(SyscallNumber.Prctl, Control, "names, dumpable, no_new_privs, timer slack and the like; what would confine or trace is EINVAL");

    private Result<long> Control(in SyscallArguments a)
    {
        const int SetDeathSignal = 1;
        const int GetDeathSignal = 2;
        const int GetDumpable = 3;
        const int SetDumpable = 4;
        const int GetKeepCapabilities = 7;
        const int SetKeepCapabilities = 8;
        const int GetTiming = 13;
        const int SetName = 15;
        const int GetName = 16;
        const int GetSeccomp = 21;
        const int ReadBoundingSet = 23;
        const int DropFromBoundingSet = 24;
        const int SetTimerSlack = 29;
        const int GetTimerSlack = 30;
        const int SetSubreaper = 36;
        const int GetSubreaper = 37;
        const int SetNoNewPrivileges = 38;
        const int GetNoNewPrivileges = 39;
        const int SetHugePagesOff = 41;
        const int GetHugePagesOff = 42;
        const int AmbientCapabilities = 47;
        const int SetMemoryName = 0x53564d41;
        const int HighestCapability = 40;
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

                _deathSignal = (int)a.A1;
                return 0;
            case GetDeathSignal:
                return a.Space.TryWrite(a.Address1, _deathSignal) ? 0 : Errno.EFAULT;
            case GetKeepCapabilities:
                return _keepsCapabilities ? 1 : 0;
            case SetKeepCapabilities:
                _keepsCapabilities = a.A1 != 0;
                return a.A1 > 1 ? Errno.EINVAL : 0;
            case GetTiming:
            case GetSeccomp:
                return 0;
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
                return a.A1 > HighestCapability ? Errno.EINVAL : 1;
            case DropFromBoundingSet:
                return a.A1 > HighestCapability ? Errno.EINVAL : 0;
            case SetTimerSlack:
                _timerSlackNs = a.A1 == 0 ? 50_000 : a.A1;
                return 0;
            case GetTimerSlack:
                return unchecked((long)_timerSlackNs);
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

                _hasNoNewPrivileges = true;
                return 0;
            case GetNoNewPrivileges:
                return _hasNoNewPrivileges ? 1 : 0;
            case AmbientCapabilities:
                return a.Int1 == 1 ? 0 : a.Int1 is 3 or 4 ? 0 : Errno.EPERM;
            case SetMemoryName:
                return Errno.EINVAL; // as a kernel without CONFIG_ANON_VMA_NAME
            default:
                return Errno.EINVAL;
        }
    }
}
