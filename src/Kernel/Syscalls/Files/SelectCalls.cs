using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>select(2), pselect6(2).</summary>
public sealed class SelectCalls(FileServices services) : WaitingFamily(services)
{
    // POLLIN_SET and its kin: what names no file counts as all of them.
    private const PollEvents InSet =
        PollEvents.In | PollEvents.ReadNormal | PollEvents.ReadBand | PollEvents.HangUp | PollEvents.Error | PollEvents.Invalid;
    private const PollEvents OutSet =
        PollEvents.Out | PollEvents.WriteNormal | PollEvents.WriteBand | PollEvents.Error | PollEvents.Invalid;
    private const PollEvents ExceptSet = PollEvents.Priority | PollEvents.Invalid;
    private const int BitsPerWord = 64;

    private readonly Stack<PollWork> _idle = new();

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Select, SelectOrdinary);
        table.Add(SyscallNumber.Pselect6, SelectPrecisely);
    }

    private Result<long> SelectOrdinary(in SyscallArguments a)
    {
        const ulong MicrosecondNs = 1000;
        Errno error = ReadDeadline(in a, a.Address4, MicrosecondNs, out Instant deadline);
        if (error != Errno.None)
        {
            return error;
        }

        Result<long> result = Select(in a, deadline);
        return WriteRemaining(in a, a.Address4, MicrosecondNs, deadline, result);
    }

    private Result<long> SelectPrecisely(in SyscallArguments a)
    {
        // The mask and its size come together behind one pointer (select(2), C library/kernel differences).
        long address = 0;
        long size = 0;
        Errno error = a.A5 == 0 ? Errno.None : ReadTimePair(a.Space, a.Address5, out address, out size);
        VirtAddr mask = new(unchecked((ulong)address));
        Instant deadline = Instant.Never;
        if (error == Errno.None)
        {
            error = ReadDeadline(in a, a.Address4, 1, out deadline);
        }

        if (error == Errno.None)
        {
            error = EnterMask(in a, mask, unchecked((ulong)size));
        }

        if (error != Errno.None)
        {
            return error;
        }

        Result<long> result = Select(in a, deadline);
        LeaveMask(in a, mask, result.Error);
        return WriteRemaining(in a, a.Address4, 1, deadline, result);
    }

    private Result<long> Select(in SyscallArguments a, Instant deadline)
    {
        if (a.Int0 < 0)
        {
            return Errno.EINVAL;
        }

        if (!PollWork.CanHold(unchecked((uint)Math.Min(a.Int0, a.Process.Files.End))))
        {
            return Errno.ENOMEM;
        }

        PollWork work = _idle.TryPop(out PollWork? idle) ? idle : new PollWork();
        // Linux does not look beyond the descriptor table, whatever the program says.
        int tableEnd = Math.Max(1, (a.Process.Files.End + BitsPerWord - 1) / BitsPerWord) * BitsPerWord;
        Result<long> result = Select(in a, Math.Min(a.Int0, tableEnd), work, deadline);
        work.Clear();
        _idle.Push(work);
        return result;
    }

    private static Result<long> Select(in SyscallArguments a, int count, PollWork work, Instant deadline)
    {
        int words = (count + BitsPerWord - 1) / BitsPerWord;
        for (int word = 0; word < words; word++)
        {
            if (!TryReadWord(in a, a.Address1, word, out ulong readers) || !TryReadWord(in a, a.Address2, word, out ulong writers) || !TryReadWord(in a, a.Address3, word, out ulong excepts))
            {
                return Errno.EFAULT;
            }

            for (int bit = 0; bit < BitsPerWord && (word * BitsPerWord) + bit < count; bit++)
            {
                PollEvents wanted = WantedAt(readers, writers, excepts, bit);
                if (wanted == PollEvents.None)
                {
                    continue;
                }

                OpenFile? file = a.Process.Files.Get((word * BitsPerWord) + bit);
                if (file == null)
                {
                    return Errno.EBADF;
                }

                work.Add(file, wanted);
            }
        }

        Result<int> ready = work.Wait(deadline);
        return ready.IsOk ? WriteSets(in a, words, work) : ready.Error;
    }

    private static Result<long> WriteSets(in SyscallArguments a, int words, PollWork work)
    {
        long total = 0;
        int index = 0;
        for (int word = 0; word < words; word++)
        {
            if (!TryReadWord(in a, a.Address1, word, out ulong readers) || !TryReadWord(in a, a.Address2, word, out ulong writers) || !TryReadWord(in a, a.Address3, word, out ulong excepts))
            {
                return Errno.EFAULT;
            }

            ulong readable = 0;
            ulong writable = 0;
            ulong exceptional = 0;
            for (int bit = 0; bit < BitsPerWord && index < work.Count; bit++)
            {
                if (WantedAt(readers, writers, excepts, bit) == PollEvents.None)
                {
                    continue;
                }

                PollEvents came = work.Came(index++);
                ulong flag = 1UL << bit;
                readable |= (came & InSet) != 0 ? readers & flag : 0;
                writable |= (came & OutSet) != 0 ? writers & flag : 0;
                exceptional |= (came & ExceptSet) != 0 ? excepts & flag : 0;
            }

            total += System.Numerics.BitOperations.PopCount(readable) + System.Numerics.BitOperations.PopCount(writable) + System.Numerics.BitOperations.PopCount(exceptional);
            if (!TryWriteWord(in a, a.Address1, word, readable) || !TryWriteWord(in a, a.Address2, word, writable) || !TryWriteWord(in a, a.Address3, word, exceptional))
            {
                return Errno.EFAULT;
            }
        }

        return total;
    }

    private static PollEvents WantedAt(ulong readers, ulong writers, ulong excepts, int bit) =>
        ((readers >> bit & 1) != 0 ? InSet : PollEvents.None) |
        ((writers >> bit & 1) != 0 ? OutSet : PollEvents.None) |
        ((excepts >> bit & 1) != 0 ? ExceptSet : PollEvents.None);

    private static bool TryReadWord(in SyscallArguments a, VirtAddr set, int word, out ulong value)
    {
        value = 0;
        return set.Value == 0 || a.Space.TryRead(set + ((ulong)word * sizeof(ulong)), out value);
    }

    private static bool TryWriteWord(in SyscallArguments a, VirtAddr set, int word, ulong value) =>
        set.Value == 0 || a.Space.TryWrite(set + ((ulong)word * sizeof(ulong)), value);
}
