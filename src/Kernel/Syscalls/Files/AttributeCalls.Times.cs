using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

// utimensat(2) and its ancestors.
public sealed partial class AttributeCalls
{
    private const long Now = 0x3fff_ffff; // UTIME_NOW
    private const long Omit = 0x3fff_fffe; // UTIME_OMIT
    private const int PairBytes = 16;

    private void AddTimes(SyscallTable table)
    {
        table.Add(SyscallNumber.Utimensat, ChangeTimesAt);
        table.Add(SyscallNumber.Utime, ChangeTimesInSeconds);
        table.Add(SyscallNumber.Utimes, (in SyscallArguments a) => ChangeTimesInMicroseconds(in a, WorkingDirectory, a.Address0, a.Address1));
        table.Add(SyscallNumber.Futimesat, (in SyscallArguments a) => ChangeTimesInMicroseconds(in a, a.Int0, a.Address1, a.Address2));
    }

    private Result<long> ChangeTimesAt(in SyscallArguments a)
    {
        bool isNow = a.A2 == 0;
        FileTime? accessed = null;
        FileTime? modified = null;
        Errno invalid = Errno.None;
        if (!isNow)
        {
            Errno error = ReadTime(in a, a.Address2, out accessed, out long accessedNs);
            if (error == Errno.None)
            {
                error = ReadTime(in a, a.Address2 + PairBytes, out modified, out long modifiedNs);
                if (accessedNs == Omit && modifiedNs == Omit)
                {
                    return Done(error); // not even the path is looked at
                }

                isNow = accessedNs == Now && modifiedNs == Now;
                invalid = IsTime(accessedNs) && IsTime(modifiedNs) ? Errno.None : Errno.EINVAL;
            }

            if (error != Errno.None)
            {
                return error;
            }
        }

        // Without a path the descriptor itself is meant: futimens(3).
        bool isDescriptor = a.A1 == 0 && a.Int0 != WorkingDirectory;
        uint flags = unchecked((uint)a.A3);
        if ((flags & ~(isDescriptor ? 0 : AtNoFollow | AtEmptyPath)) != 0)
        {
            return Errno.EINVAL;
        }

        Result<PathNode> node = isDescriptor
            ? PathOf(in a, a.Int0)
            : NodeOf(in a, a.Int0, a.Address1, flags, (flags & AtNoFollow) != 0 ? WalkFlags.None : WalkFlags.Follow);
        return node.IsOk && invalid != Errno.None ? invalid : Change(in a, node, accessed, modified, isNow);
    }

    private Result<long> ChangeTimesInSeconds(in SyscallArguments a)
    {
        bool isNow = a.A1 == 0;
        FileTime? accessed = null;
        FileTime? modified = null;
        if (!isNow)
        {
            Errno error = ReadTimePair(a.Space, a.Address1, out long first, out long second);
            if (error != Errno.None)
            {
                return error;
            }

            accessed = new FileTime(first, 0);
            modified = new FileTime(second, 0);
        }

        return Change(in a, NodeOf(in a, WorkingDirectory, a.Address0, 0, WalkFlags.Follow), accessed, modified, isNow);
    }

    private Result<long> ChangeTimesInMicroseconds(in SyscallArguments a, int directory, VirtAddr path, VirtAddr times)
    {
        bool isNow = times.Value == 0;
        FileTime? accessed = null;
        FileTime? modified = null;
        if (!isNow)
        {
            Errno error = ReadTimePair(a.Space, times, out long seconds1, out long microseconds1);
            if (error != Errno.None)
            {
                return error;
            }

            error = ReadTimePair(a.Space, times + PairBytes, out long seconds2, out long microseconds2);
            if (error != Errno.None)
            {
                return error;
            }

            if (microseconds1 is < 0 or >= 1_000_000 || microseconds2 is < 0 or >= 1_000_000)
            {
                return Errno.EINVAL;
            }

            accessed = new FileTime(seconds1, (uint)microseconds1 * 1000);
            modified = new FileTime(seconds2, (uint)microseconds2 * 1000);
        }

        return Change(in a, NodeOf(in a, directory, path, 0, WalkFlags.Follow), accessed, modified, isNow);
    }

    private Result<long> Change(in SyscallArguments a, Result<PathNode> node, FileTime? accessed, FileTime? modified, bool isNow)
    {
        if (!node.IsOk)
        {
            return node.Error;
        }

        if (isNow)
        {
            accessed = Tree.Clock.Now;
            modified = accessed;
        }

        return Done(FileTree.ChangeTimes(a.Thread.Fs, node.Value, accessed, modified, isNow));
    }

    private static bool IsTime(long nanoseconds) => nanoseconds is Now or Omit or (>= 0 and < 1_000_000_000);

    /// <summary>Reads a struct timespec of utimensat(2). EFAULT; its nanoseconds are checked once the file is found.</summary>
    private Errno ReadTime(in SyscallArguments a, VirtAddr address, out FileTime? time, out long nanoseconds)
    {
        Errno error = ReadTimePair(a.Space, address, out long seconds, out nanoseconds);
        time = nanoseconds == Now ? Tree.Clock.Now
            : nanoseconds == Omit || !IsTime(nanoseconds) ? null
            : new FileTime(seconds, seconds is long.MinValue or long.MaxValue ? 0 : (uint)nanoseconds); // timestamp_truncate
        return error;
    }
}
