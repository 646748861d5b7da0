using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// PR_SET_VMA_ANON_NAME of prctl(2).
public sealed partial class ProcessCalls
{
    private static Result<long> LabelMemory(in SyscallArguments a)
    {
        const ulong AnonymousName = 0;
        const int LongestName = 80; // its end included
        if (a.A1 != AnonymousName)
        {
            return Errno.EINVAL;
        }

        byte[]? label = null;
        if (a.A4 != 0)
        {
            Span<byte> name = stackalloc byte[LongestName];
            int length = a.Space.ReadString(a.Address4, name);
            if (length < 0)
            {
                return Errno.EFAULT;
            }

            if (length >= LongestName || name[..length].IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0 || name[..length].IndexOfAny("\\`$[]"u8) >= 0)
            {
                return Errno.EINVAL;
            }

            bool isShared = a.Process.Memory.Find(a.Address2) is { IsShared: true };
            label = [.. isShared ? "[anon_shmem:"u8 : "[anon:"u8, .. name[..length], (byte)']'];
        }

        ulong size = unchecked(a.A3 + PageSize.Bytes - 1) & ~(ulong)(PageSize.Bytes - 1);
        if (!a.Address2.IsPageAligned || (size == 0 && a.A3 != 0) || !VirtAddr.IsUserRange(a.Address2, size))
        {
            return Errno.EINVAL;
        }

        Errno error = a.Process.Memory.Label(a.Address2, size, label);
        return error == Errno.None ? 0 : error;
    }
}
