using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// arch_prctl(2), membarrier(2).
public sealed partial class ThreadCalls
{
    private Result<long> ArchControl(in SyscallArguments a)
    {
        const int SetGs = 0x1001;
        const int SetFs = 0x1002;
        const int GetFs = 0x1003;
        const int GetGs = 0x1004;
        const int GetCpuid = 0x1011;
        const int SetCpuid = 0x1012;
        const int GetSupportedState = 0x1021;
        const int GetPermittedState = 0x1022;
        const int RequestState = 0x1023;
        const int GetGuestState = 0x1024;
        const int RequestGuestState = 0x1025;
        CpuContext context = a.Thread.Context;
        switch (a.Int0)
        {
            case SetFs:
            case SetGs:
                if (a.A1 >= VirtAddr.UserEnd.Value)
                {
                    return Errno.EPERM;
                }

                if (a.Int0 == SetFs)
                {
                    context.FsBase = a.A1;
                }
                else
                {
                    context.GsBase = a.A1;
                }

                return 0;
            case GetFs:
                return a.Space.TryWrite(a.Address1, context.FsBase) ? 0 : Errno.EFAULT;
            case GetGs:
                return a.Space.TryWrite(a.Address1, context.GsBase) ? 0 : Errno.EFAULT;
            case GetCpuid:
                return 1; // programs may use CPUID
            case SetCpuid:
                return Errno.ENODEV; // as on a CPU that cannot forbid it
            case GetSupportedState:
            case GetPermittedState:
            case GetGuestState:
                return a.Space.TryWrite(a.Address1, CpuContext.ExtendedStateComponents) ? 0 : Errno.EFAULT;
            case RequestState:
            case RequestGuestState:
                // Only AMX's tiles must be asked for, and they are not in use.
                const ulong TileData = 18;
                return a.A1 > TileData ? Errno.EINVAL : Errno.EOPNOTSUPP;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>membarrier(2): on one CPU every other thread passed a barrier when it was switched from.</summary>
    private Result<long> MemoryBarrier(in SyscallArguments a)
    {
        const uint Global = 1;
        const uint GlobalExpedited = 2;
        const uint RegisterGlobal = 4;
        const uint Private = 8;
        const uint RegisterPrivate = 0x10;
        const uint PrivateCore = 0x20;
        const uint RegisterPrivateCore = 0x40;
        const uint GetRegistrations = 0x200;
        const uint Supported = Global | GlobalExpedited | RegisterGlobal | Private | RegisterPrivate | PrivateCore | RegisterPrivateCore | GetRegistrations;
        if (a.Int1 != 0)
        {
            return Errno.EINVAL;
        }

        Process process = a.Process;
        uint command = unchecked((uint)a.Int0);
        switch (command)
        {
            case 0:
                return Supported;
            case Global or GlobalExpedited:
                return 0;
            case RegisterGlobal or RegisterPrivate or RegisterPrivateCore:
                process.BarrierRegistrations |= command;
                return 0;
            case Private or PrivateCore:
                return (process.BarrierRegistrations & (command << 1)) != 0 ? 0 : Errno.EPERM;
            case GetRegistrations:
                return process.BarrierRegistrations;
            default:
                return Errno.EINVAL;
        }
    }
}
