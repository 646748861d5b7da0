using System;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>The texts of a process, or of one of its threads (proc(5)).</summary>
internal sealed partial class ProcessText(ProcFileSystem home, Process process, UserThread? thread)
{
    private const ulong TickNs = 10_000_000; // USER_HZ is 100

    public void Write(ProcessEntryKind kind, ByteText text)
    {
        switch (kind)
        {
            case ProcessEntryKind.AuxiliaryVector:
                text.Add(process.Image.AuxiliaryVector);
                break;
            case ProcessEntryKind.ControlGroup:
                text.Add("0::/\n"u8);
                break;
            case ProcessEntryKind.CpuSet:
                text.Add("/\n"u8);
                break;
            case ProcessEntryKind.CommandLine:
                WriteStrings(text, process.Image.Arguments);
                break;
            case ProcessEntryKind.Environment:
                WriteStrings(text, process.Image.Environment);
                break;
            case ProcessEntryKind.CommandName:
                text.Add(Name).Add("\n"u8);
                break;
            case ProcessEntryKind.Limits:
                WriteLimits(text);
                break;
            case ProcessEntryKind.Maps:
                WriteMaps(text, withSizes: false);
                break;
            case ProcessEntryKind.Smaps:
                WriteMaps(text, withSizes: true);
                break;
            case ProcessEntryKind.SmapsSum:
                WriteSmapsSum(text);
                break;
            case ProcessEntryKind.MountInfo:
                WriteMountInfo(text);
                break;
            case ProcessEntryKind.Mounts:
                WriteMounts(home.Tree, text);
                break;
            case ProcessEntryKind.MountStatistics:
                WriteMountStatistics(text);
                break;
            case ProcessEntryKind.Stat:
                WriteStat(text);
                break;
            case ProcessEntryKind.MemorySizes:
                WriteMemorySizes(text);
                break;
            case ProcessEntryKind.Status:
                WriteStatus(text);
                break;
            case ProcessEntryKind.WaitChannel:
                text.Add("0"u8);
                break;
            case ProcessEntryKind.NodeMaps:
                WriteNodeMaps(text);
                break;
            case ProcessEntryKind.Scheduling:
                WriteScheduling(text);
                break;
            case ProcessEntryKind.SchedulingSums:
                WriteSchedulingSums(text);
                break;
            case ProcessEntryKind.SystemCall:
                WriteSystemCall(text);
                break;
            case ProcessEntryKind.Timers:
                WriteTimers(text);
                break;
            case ProcessEntryKind.TimeOffsets:
                text.Add("monotonic           0         0\nboottime            0         0\n"u8);
                break;
            case ProcessEntryKind.Children:
                WriteChildren(text);
                break;
            default:
                WriteRecord(kind, text);
                break;
        }
    }

    private UserThread? First => process.Threads.Count > 0 ? process.Threads[0] : null;

    /// <summary>The thread that a directory of a process shows too.</summary>
    private UserThread? Shown => thread ?? First;

    private ReadOnlySpan<byte> Name
    {
        get
        {
            UserThread? named = Shown;
            return named == null || named.Name.IsEmpty ? process.Image.CommandName : named.Name;
        }
    }

    public static void WriteMounts(FileTree tree, ByteText text)
    {
        foreach (Mount mount in tree.Mounts)
        {
            text.Add(mount.FileSystem.TypeName).Add(" "u8).Add(mount.Path).Add(" "u8).Add(mount.FileSystem.TypeName).Add(" "u8).Add(mount.Options).Add(" 0 0\n"u8);
        }
    }

    private static void WriteStrings(ByteText text, byte[][] strings)
    {
        foreach (byte[] item in strings)
        {
            text.Add(item).Add((byte)0);
        }
    }

    private void WriteMountInfo(ByteText text)
    {
        for (int i = 0; i < home.Tree.Mounts.Count; i++)
        {
            Mount mount = home.Tree.Mounts[i];
            ulong device = mount.FileSystem.Device;
            text.Add(Mount.FirstId + i).Add(" "u8).Add(i == 0 ? 1 : Mount.FirstId).Add(" "u8);
            text.Add(DeviceNumber.Major(device)).Add(":"u8).Add(DeviceNumber.Minor(device));
            text.Add(" / "u8).Add(mount.Path).Add(" "u8).Add(mount.Options).Add(" - "u8);
            text.Add(mount.FileSystem.TypeName).Add(" "u8).Add(mount.FileSystem.TypeName).Add(" rw\n"u8);
        }
    }

    private void WriteMountStatistics(ByteText text)
    {
        foreach (Mount mount in home.Tree.Mounts)
        {
            text.Add("device "u8).Add(mount.FileSystem.TypeName).Add(" mounted on "u8).Add(mount.Path).Add(" with fstype "u8).Add(mount.FileSystem.TypeName).Add(" \n"u8);
        }
    }

    private void WriteLimits(ByteText text)
    {
        text.Add("Limit                     Soft Limit           Hard Limit           Units     \n"u8);
        for (int i = 0; i < LimitNames.Count; i++)
        {
            LimitNames.Describe(i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> unit, out int kind);
            int start = text.Length;
            text.Add(name);
            Pad(text, start, 26);
            AddLimit(text, LimitNames.Soft(process, kind));
            AddLimit(text, LimitNames.Hard(process, kind));
            start = text.Length;
            text.Add(unit);
            Pad(text, start, 10);
            text.Add("\n"u8);
        }
    }

    private static void AddLimit(ByteText text, ulong value)
    {
        int start = text.Length;
        if (value == ulong.MaxValue)
        {
            text.Add("unlimited"u8);
        }
        else
        {
            text.Add(value);
        }

        Pad(text, start, 21);
    }

    private static void Pad(ByteText text, int start, int width)
    {
        while (text.Length - start < width)
        {
            text.Add((byte)' ');
        }
    }
}
