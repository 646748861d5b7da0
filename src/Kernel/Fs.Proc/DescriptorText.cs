using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/fdinfo/N: position and flags, the locks, and what a file of a special kind tells of itself (proc_pid_fdinfo(5)).</summary>
internal sealed class DescriptorText(FileTree tree, Process process, int descriptor)
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    public void Write(ByteText text)
    {
        OpenFile? file = process.Files.Get(descriptor);
        if (file == null)
        {
            return;
        }

        uint flags = (uint)file.Flags | (process.Files.IsCloseOnExec(descriptor) ? (uint)OpenFlags.CloseOnExec : 0);
        text.Add("pos:\t"u8).Add(unchecked((long)file.Position)).Add("\nflags:\t0"u8).AddOctal(flags, 1);
        text.Add("\nmnt_id:\t"u8).Add(MountOf(file)).Add("\nino:\t"u8).Add(file.Inode.Number).Add("\n"u8);
        LockText.WriteOwn(text, process, file);
        WriteKind(text, file);
    }

    private int MountOf(OpenFile file)
    {
        // What is never mounted lies on mounts of the kernel's own, which mountinfo does not list.
        int mount = tree.MountIdOf(file.Path);
        FileSystem home = file.Inode.FileSystem;
        return mount > 0 ? mount : home == tree.Pipes ? Mount.FirstId - 1 : home == tree.Sockets ? Mount.FirstId - 2 : Mount.FirstId - 3;
    }

    private static void WriteKind(ByteText text, OpenFile file)
    {
        switch (file)
        {
            case EventFile counter:
                text.Add("eventfd-count: "u8);
                AddHexRight(text, counter.Count, 16);
                text.Add("\neventfd-id: "u8).Add(counter.Id).Add("\n"u8);
                break;
            case TimerFile timer:
                WriteTimer(text, timer);
                break;
            case SignalFile signals:
                text.Add("sigmask:\t"u8).AddHex(signals.Signals.Bits, 16).Add("\n"u8);
                break;
            case ProcessFile held:
                int id = held.Process.HasExited ? -1 : held.Process.Id;
                text.Add("Pid:\t"u8).Add(id).Add("\nNSpid:\t"u8).Add(id).Add("\n"u8);
                break;
            case EpollFile epoll:
                epoll.Describe((watched, number, events, data) => WriteWatched(text, watched, number, events, data));
                break;
            case InotifyFile inotify:
                inotify.Describe((inode, number, events) =>
                {
                    text.Add("inotify wd:"u8).AddHex((uint)number, 1).Add(" ino:"u8).AddHex(inode.Number, 1).Add(" sdev:"u8);
                    AddDevice(text, inode).Add(" mask:"u8).AddHex((uint)events, 1).Add(" ignored_mask:0 \n"u8);
                });
                break;
        }
    }

    private static void WriteWatched(ByteText text, OpenFile watched, int number, PollEvents events, ulong data)
    {
        text.Add("tfd: "u8).AddRight((ulong)number, 8).Add(" events: "u8);
        AddHexRight(text, (uint)events, 8);
        text.Add(" data: "u8);
        AddHexRight(text, data, 16);
        text.Add("  pos:"u8).Add(unchecked((long)watched.Position)).Add(" ino:"u8).AddHex(watched.Inode.Number, 1).Add(" sdev:"u8);
        AddDevice(text, watched.Inode).Add("\n"u8);
    }

    private static void WriteTimer(ByteText text, TimerFile timer)
    {
        // The time left and the interval are what timerfd_gettime(2) gives.
        ulong left = timer.RemainingNs;
        text.Add("clockid: "u8).Add(timer.ClockId).Add("\nticks: "u8).Add(timer.Ticks).Add("\nsettime flags: 0"u8).AddOctal(timer.SetFlags, 1);
        text.Add("\nit_value: ("u8).Add(left / NanosecondsPerSecond).Add(", "u8).Add(left % NanosecondsPerSecond);
        text.Add(")\nit_interval: ("u8).Add(timer.IntervalNs / NanosecondsPerSecond).Add(", "u8).Add(timer.IntervalNs % NanosecondsPerSecond).Add(")\n"u8);
    }

    /// <summary>The device in the kernel's own form: the major number above twenty bits of the minor (MKDEV).</summary>
    private static ByteText AddDevice(ByteText text, Inode inode)
    {
        ulong device = inode.FileSystem.Device;
        return text.AddHex(((ulong)DeviceNumber.Major(device) << 20) | DeviceNumber.Minor(device), 1);
    }

    private static void AddHexRight(ByteText text, ulong value, int width)
    {
        int digits = Math.Max(1, (67 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 4);
        for (int i = digits; i < width; i++)
        {
            text.Add((byte)' ');
        }

        text.AddHex(value, 1);
    }
}
