using System;
using Mote.Abi.Linux;
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
            case ProcessEntryKind.CommandLine:
                WriteStrings(text, process.Image.Arguments);
                break;
            case ProcessEntryKind.Environment:
                WriteStrings(text, process.Image.Environment);
                break;
            case ProcessEntryKind.CommandName:
                text.Add(Name).Add("\n"u8);
                break;
            case ProcessEntryKind.CoreFilter:
                text.Add("00000033\n"u8);
                break;
            case ProcessEntryKind.IdMap:
                text.Add("         0          0 4294967295\n"u8);
                break;
            case ProcessEntryKind.InputOutput:
                text.Add("rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n"u8);
                break;
            case ProcessEntryKind.Limits:
                WriteLimits(text);
                break;
            case ProcessEntryKind.LoginUser:
                text.Add(uint.MaxValue);
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
            case ProcessEntryKind.OutOfMemoryAdjust:
            case ProcessEntryKind.OutOfMemoryScore:
                text.Add("0\n"u8);
                break;
            case ProcessEntryKind.Personality:
                text.Add("00000000\n"u8);
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
        }
    }

    public Errno Store(ProcessEntryKind kind, ReadOnlySpan<byte> bytes)
    {
        switch (kind)
        {
            case ProcessEntryKind.CommandName:
                (thread ?? process.Threads[0]).SetName(bytes.TrimEnd((byte)'\n'));
                return Errno.None;
            case ProcessEntryKind.OutOfMemoryAdjust:
            case ProcessEntryKind.LoginUser:
            case ProcessEntryKind.CoreFilter:
                return Errno.None;
            default:
                return Errno.EIO;
        }
    }

    private ReadOnlySpan<byte> Name
    {
        get
        {
            UserThread? named = thread ?? (process.Threads.Count > 0 ? process.Threads[0] : null);
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
