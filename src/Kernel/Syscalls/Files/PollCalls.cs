using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>poll(2), ppoll(2).</summary>
public sealed class PollCalls(FileServices services) : WaitingFamily(services)
{
    private const int EntryBytes = 8;

    private readonly Stack<PollWork> _idle = new();

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Poll, PollOrdinary);
        table.Add(SyscallNumber.Ppoll, PollPrecisely);
    }

    private Result<long> PollOrdinary(in SyscallArguments a)
    {
        const ulong MillisecondNs = 1_000_000;
        Result<long> result = Poll(in a, a.Int2 < 0 ? Instant.Never : a.Thread.DeadlineAfter((ulong)a.Int2 * MillisecondNs));
        return result.Error == Errno.ERESTARTNOHAND ? Errno.ERESTART_RESTARTBLOCK : result;
    }

    private Result<long> PollPrecisely(in SyscallArguments a)
    {
        Errno error = ReadDeadline(in a, a.Address2, 1, out Instant deadline);
        if (error == Errno.None)
        {
            error = EnterMask(in a, a.Address3, a.A4);
        }

        if (error != Errno.None)
        {
            return error;
        }

        Result<long> result = Poll(in a, deadline);
        LeaveMask(in a, a.Address3, result.Error);
        return WriteRemaining(in a, a.Address2, 1, deadline, result);
    }

    private Result<long> Poll(in SyscallArguments a, Instant deadline)
    {
        uint count = unchecked((uint)a.A1);
        if (count > (uint)a.Process.Files.Limit)
        {
            return Errno.EINVAL;
        }

        if (!PollWork.CanHold(count))
        {
            return Errno.ENOMEM;
        }

        PollWork work = _idle.TryPop(out PollWork? idle) ? idle : new PollWork();
        Result<long> result = Poll(in a, count, work, deadline);
        work.Clear();
        _idle.Push(work);
        return result;
    }

    private static Result<long> Poll(in SyscallArguments a, uint count, PollWork work, Instant deadline)
    {
        Span<byte> entry = stackalloc byte[EntryBytes];
        long invalid = 0;
        for (uint i = 0; i < count; i++)
        {
            if (a.Space.Read(a.Address0 + (i * EntryBytes), entry) != EntryBytes)
            {
                return Errno.EFAULT;
            }

            int descriptor = BinaryPrimitives.ReadInt32LittleEndian(entry);
            PollEvents wanted = (PollEvents)BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]);
            OpenFile? file = descriptor < 0 ? null : a.Process.Files.Get(descriptor);
            invalid += descriptor >= 0 && file == null ? 1 : 0;
            work.Add(file, wanted & ~PollEvents.Invalid);
        }

        // A descriptor that is not open is an event by itself.
        Result<int> ready = work.Wait(invalid > 0 ? Clock.Now : deadline);
        if (!ready.IsOk)
        {
            return ready.Error;
        }

        Span<byte> came = stackalloc byte[sizeof(ushort)];
        for (int i = 0; i < (int)count; i++)
        {
            PollEvents events = work.Came(i);
            if (invalid > 0)
            {
                if (!a.Space.TryRead(a.Address0 + (ulong)(i * EntryBytes), out int descriptor))
                {
                    return Errno.EFAULT;
                }

                events = descriptor >= 0 && a.Process.Files.Get(descriptor) == null ? PollEvents.Invalid : events;
            }

            BinaryPrimitives.WriteUInt16LittleEndian(came, (ushort)events);
            if (a.Space.Write(a.Address0 + (ulong)((i * EntryBytes) + 6), came) != came.Length)
            {
                return Errno.EFAULT;
            }
        }

        return ready.Value + invalid;
    }
}
