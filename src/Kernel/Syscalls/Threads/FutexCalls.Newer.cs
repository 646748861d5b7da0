using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// futex_waitv(2), and futex_wait, futex_wake and futex_requeue of Linux 6.7 (Documentation/userspace-api/futex2.rst).
public sealed partial class FutexCalls
{
    private const int MostWords = 128;
    private const int WaitBytes = 24; // struct futex_waitv: value, address, flags, reserved
    private const uint SizeMask = 3;
    private const uint Size32 = 2;
    private const uint PrivateFlag = 128;

    private void AddNewer(SyscallTable table)
    {
        table.Add(SyscallNumber.FutexWaitv, WaitForAny);
        table.Add(SyscallNumber.FutexWait, WaitNewer, "words of 32 bits, as on Linux; FUTEX2_NUMA is EINVAL");
        table.Add(SyscallNumber.FutexWake, WakeNewer, "words of 32 bits, as on Linux; FUTEX2_NUMA is EINVAL");
        table.Add(SyscallNumber.FutexRequeue, RequeueNewer, "words of 32 bits, as on Linux; FUTEX2_NUMA is EINVAL");
    }

    private static bool AreFlags(ulong flags) => (flags & ~(ulong)(SizeMask | PrivateFlag)) == 0 && (flags & SizeMask) == Size32;

    private Result<long> WaitForAny(in SyscallArguments a)
    {
        int count = unchecked((int)a.A1);
        if (unchecked((uint)a.A2) != 0 || count is < 1 or > MostWords || a.A0 == 0)
        {
            return Errno.EINVAL;
        }

        Errno error = ReadClockDeadline(in a, a.Address3, a.Int4, out Instant deadline);
        FutexWaiter[] waiters = new FutexWaiter[count];
        Span<bool> isPrivate = stackalloc bool[MostWords];
        for (int i = 0; i < count && error == Errno.None; i++)
        {
            error = ReadWait(in a, a.Address0 + (ulong)(i * WaitBytes), out VirtAddr word, out uint expected, out isPrivate[i]);
            waiters[i] = new FutexWaiter(a.Thread) { Word = word, Expected = expected, Mask = AnyMask };
        }

        for (int i = 0; i < count && error == Errno.None; i++)
        {
            error = CheckWord(in a, waiters[i].Word, isPrivate[i]);
        }

        return error != Errno.None ? error : host.Futexes.WaitForAny(a.Thread, waiters, deadline);
    }

    private Result<long> WaitNewer(in SyscallArguments a)
    {
        if (!AreFlags(a.A3) || a.A1 >> 32 != 0 || a.A2 >> 32 != 0)
        {
            return Errno.EINVAL;
        }

        Errno error = ReadClockDeadline(in a, a.Address4, unchecked((int)a.A5), out Instant deadline);
        error = error == Errno.None && (uint)a.A2 == 0 ? Errno.EINVAL : error;
        error = error == Errno.None ? CheckWord(in a, a.Address0, (a.A3 & PrivateFlag) != 0) : error;
        error = error == Errno.None ? host.Futexes.Wait(a.Thread, a.Address0, (uint)a.A1, (uint)a.A2, deadline) : error;
        return error == Errno.None ? 0 : error;
    }

    private Result<long> WakeNewer(in SyscallArguments a)
    {
        if (!AreFlags(a.A3) || a.A1 >> 32 != 0 || (uint)a.A1 == 0)
        {
            return Errno.EINVAL;
        }

        Errno error = CheckWord(in a, a.Address0, (a.A3 & PrivateFlag) != 0);
        return error != Errno.None ? error
            : a.Int2 <= 0 ? 0
            : host.Futexes.Wake(a.Process.Memory, a.Address0, a.Int2, (uint)a.A1);
    }

    private Result<long> RequeueNewer(in SyscallArguments a)
    {
        if (unchecked((uint)a.A1) != 0 || a.A0 == 0)
        {
            return Errno.EINVAL;
        }

        Errno error = ReadWait(in a, a.Address0, out VirtAddr from, out uint expected, out bool isFromPrivate);
        VirtAddr to = default;
        bool isToPrivate = false;
        error = error == Errno.None ? ReadWait(in a, a.Address0 + WaitBytes, out to, out _, out isToPrivate) : error;
        if (error != Errno.None)
        {
            return error;
        }

        error = a.Int2 < 0 || a.Int3 < 0 ? Errno.EINVAL : CheckWord(in a, from, isFromPrivate);
        error = error == Errno.None ? CheckWord(in a, to, isToPrivate) : error;
        if (error != Errno.None)
        {
            return error;
        }

        if (!a.Space.TryRead(from, out uint value))
        {
            return Errno.EFAULT;
        }

        if (value != expected)
        {
            return Errno.EAGAIN;
        }

        (int woken, int moved) = host.Futexes.Requeue(a.Process.Memory, from, a.Int2, to, a.Int3);
        return woken + moved;
    }

    private Errno ReadClockDeadline(in SyscallArguments a, VirtAddr from, int clock, out Instant deadline)
    {
        const int Realtime = 0;
        const int Monotonic = 1;
        deadline = Instant.Never;
        return from.Value == 0 ? Errno.None
            : clock is not (Realtime or Monotonic) ? Errno.EINVAL
            : ReadDeadline(in a, isRelative: false, clock == Realtime, from, out deadline);
    }

    private static Errno ReadWait(in SyscallArguments a, VirtAddr from, out VirtAddr word, out uint expected, out bool isPrivate)
    {
        Span<byte> bytes = stackalloc byte[WaitBytes];
        word = default;
        expected = 0;
        isPrivate = false;
        if (a.Space.Read(from, bytes) != WaitBytes)
        {
            return Errno.EFAULT;
        }

        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        isPrivate = (flags & PrivateFlag) != 0;
        if (!AreFlags(flags) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) != 0 || value >> 32 != 0)
        {
            return Errno.EINVAL;
        }

        word = new VirtAddr(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        expected = (uint)value;
        return Errno.None;
    }
}
