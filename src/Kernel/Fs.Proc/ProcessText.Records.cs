using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Fs.Proc;

// What is written to a process's files and read back.
internal sealed partial class ProcessText
{
    private const int HighestAdjust = 1000;
    private const int OldHighestAdjust = 15;
    private const int OldLowestAdjust = -17;

    /// <summary>A program wrote to the file. EINVAL for what has no form, the file's own errors otherwise.</summary>
    public Errno Store(ProcessEntryKind kind, ReadOnlySpan<byte> bytes)
    {
        switch (kind)
        {
            case ProcessEntryKind.CommandName:
                Shown?.SetName(bytes);
                return Errno.None;
            case ProcessEntryKind.Scheduling:
                return Errno.None; // resets statistics on Linux, which keeps more of them
            case ProcessEntryKind.UserMap:
                return Errno.EPERM; // it is set once, at the start
            case ProcessEntryKind.GroupChoice:
                ReadOnlySpan<byte> choice = bytes.TrimEnd(" \t\n"u8);
                return choice.SequenceEqual("allow"u8) ? Errno.None : choice.SequenceEqual("deny"u8) ? Errno.EPERM : Errno.EINVAL;
            case ProcessEntryKind.OutOfMemoryAdjust:
            case ProcessEntryKind.OldOutOfMemoryAdjust:
            case ProcessEntryKind.LoginUser:
            case ProcessEntryKind.CoreFilter:
            case ProcessEntryKind.TimerSlack:
            case ProcessEntryKind.ClearReferences:
                return NumberText.TryParse(bytes.TrimStart(" \t\n"u8).TrimEnd(" \t\n"u8), out long number) ? Store(kind, number) : Errno.EINVAL;
            default:
                return Errno.EIO;
        }
    }

    private void WriteRecord(ProcessEntryKind kind, ByteText text)
    {
        switch (kind)
        {
            case ProcessEntryKind.CoreFilter:
                text.AddHex((uint)process.CoreFilter, 8).Add("\n"u8);
                break;
            case ProcessEntryKind.UserMap:
                text.Add("         0          0 4294967295\n"u8);
                break;
            case ProcessEntryKind.GroupChoice:
                text.Add("allow\n"u8);
                break;
            case ProcessEntryKind.InputOutput:
                TransferCounts moved = process.Transfers;
                text.Add("rchar: "u8).Add(moved.ReadBytes).Add("\nwchar: "u8).Add(moved.WrittenBytes);
                text.Add("\nsyscr: "u8).Add(moved.Reads).Add("\nsyscw: "u8).Add(moved.Writes);

                // No file is on a disk.
                text.Add("\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n"u8);
                break;
            case ProcessEntryKind.LoginUser:
                text.Add(process.LoginUser);
                break;
            case ProcessEntryKind.LoginSession:
                text.Add(process.LoginSession);
                break;
            case ProcessEntryKind.OutOfMemoryAdjust:
                text.Add(process.OutOfMemoryAdjust).Add("\n"u8);
                break;
            case ProcessEntryKind.OldOutOfMemoryAdjust:
                int adjust = process.OutOfMemoryAdjust;
                text.Add(adjust == HighestAdjust ? OldHighestAdjust : adjust * -OldLowestAdjust / HighestAdjust).Add("\n"u8);
                break;
            case ProcessEntryKind.OutOfMemoryScore:
                text.Add(process.OutOfMemoryScore).Add("\n"u8);
                break;
            case ProcessEntryKind.Personality:
                text.AddHex(process.Personality, 8).Add("\n"u8);
                break;
            case ProcessEntryKind.TimerSlack:
                text.Add(First?.TimerSlackNs ?? 0).Add("\n"u8);
                break;
        }
    }

    private Errno Store(ProcessEntryKind kind, long number)
    {
        Process caller = UserThread.Current.Process;
        switch (kind)
        {
            case ProcessEntryKind.OutOfMemoryAdjust:
                return number is < -HighestAdjust or > HighestAdjust ? Errno.EINVAL : Adjust(caller, (int)number, isOld: false);
            case ProcessEntryKind.OldOutOfMemoryAdjust:
                if (number is < OldLowestAdjust or > OldHighestAdjust)
                {
                    return Errno.EINVAL;
                }

                return Adjust(caller, number == OldHighestAdjust ? HighestAdjust : (int)number * HighestAdjust / -OldLowestAdjust, isOld: true);
            case ProcessEntryKind.LoginUser when number is >= 0 and <= uint.MaxValue:
                if (process.LoginUser != uint.MaxValue && !UserThread.Current.Credentials.Has(Capability.AuditControl))
                {
                    return Errno.EPERM;
                }

                process.SetLoginUser((uint)number);
                return Errno.None;
            case ProcessEntryKind.CoreFilter:
                const uint Known = 0x1ff;
                if (number is < 0 or > uint.MaxValue)
                {
                    return Errno.ERANGE;
                }

                process.CoreFilter = (CoreFilter)((uint)number & Known);
                return Errno.None;
            case ProcessEntryKind.TimerSlack when number >= 0:
                if (First is { } first)
                {
                    first.TimerSlackNs = number == 0 ? first.InheritedTimerSlackNs : (ulong)number;
                }

                return Errno.None;
            case ProcessEntryKind.ClearReferences when number == 5:
                process.Memory.ForgetPeak();
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>EACCES for going below what a privileged writer set (by the old file: below what is), without privileges.</summary>
    private Errno Adjust(Process caller, int adjust, bool isOld)
    {
        bool isPrivileged = UserThread.Current.Credentials.Has(Capability.SystemResource);
        if (adjust < (isOld ? process.OutOfMemoryAdjust : process.LeastOutOfMemoryAdjust) && !isPrivileged)
        {
            return Errno.EACCES;
        }

        process.OutOfMemoryAdjust = adjust;
        process.LeastOutOfMemoryAdjust = isPrivileged && !isOld ? adjust : process.LeastOutOfMemoryAdjust;
        return Errno.None;
    }
}
