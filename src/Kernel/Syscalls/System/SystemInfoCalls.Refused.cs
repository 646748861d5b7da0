using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Syscalls;

// Calls that programs try and can do without: refused as a Linux without that feature refuses them, so that they take their other way.
public sealed partial class SystemInfoCalls
{
    private void AddRefused(SyscallTable table)
    {
        table.Refuse(SyscallNumber.Seccomp, NoSeccomp, "no filters: EINVAL");
        Refuse(table, NotThere, "ENOSYS", [
            SyscallNumber.IoUringSetup, SyscallNumber.IoUringEnter, SyscallNumber.IoUringRegister,
            SyscallNumber.IoSetup, SyscallNumber.IoSubmit, SyscallNumber.IoGetevents, SyscallNumber.IoDestroy, SyscallNumber.IoCancel,
            SyscallNumber.Bpf, SyscallNumber.PerfEventOpen, SyscallNumber.LandlockCreateRuleset, SyscallNumber.LandlockAddRule, SyscallNumber.LandlockRestrictSelf,
            SyscallNumber.AddKey, SyscallNumber.RequestKey, SyscallNumber.Keyctl, SyscallNumber.MemfdSecret, SyscallNumber.Sysctl, SyscallNumber.ModifyLdt]);
    }

    private static void Refuse(SyscallTable table, SyscallHandler handler, string note, ReadOnlySpan<SyscallNumber> numbers)
    {
        foreach (SyscallNumber number in numbers)
        {
            table.Refuse(number, handler, note);
        }
    }

    private static Result<long> NoSeccomp(in SyscallArguments a) => Errno.EINVAL;

    private static Result<long> NotThere(in SyscallArguments a) => Errno.ENOSYS;
}
