using System;
using System.Buffers.Binary;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/sysvipc: a line for each object, in the columns that ipcs(1) reads, made from what the _STAT commands give.</summary>
internal static class IpcText
{
    private const int ModeOffset = 20;
    private const uint ShownMode = 0x1ff;

    public static void WriteSegments(ByteText text, IpcListing ipc)
    {
        text.Add("       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n"u8);
        Span<byte> status = stackalloc byte[IpcListing.StatusBytes];
        for (int i = 0; i < ipc.End(IpcKind.SharedMemory); i++)
        {
            if (!ipc.TryDescribe(IpcKind.SharedMemory, i, status, out int id))
            {
                continue;
            }

            StartLine(text, status, id, isSegment: true).Add(" "u8).AddRight(Long(status, 48), 21).Add(" "u8);
            text.AddRight(Word(status, 80), 5).Add(" "u8).AddRight(Word(status, 84), 5).Add("  "u8).AddRight(Long(status, 88), 5);
            AddOwners(text, status);
            AddTimes(text, status, 56, 64, 72);
            text.Add(" "u8).AddRight(Long(status, 48), 21).Add(" "u8).AddRight(0, 21).Add("\n"u8);
        }
    }

    public static void WriteQueues(ByteText text, IpcListing ipc)
    {
        text.Add("       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n"u8);
        Span<byte> status = stackalloc byte[IpcListing.StatusBytes];
        for (int i = 0; i < ipc.End(IpcKind.MessageQueue); i++)
        {
            if (!ipc.TryDescribe(IpcKind.MessageQueue, i, status, out int id))
            {
                continue;
            }

            StartLine(text, status, id, isSegment: false).Add("  "u8).AddRight(Long(status, 72), 10).Add(" "u8).AddRight(Long(status, 80), 10);
            text.Add(" "u8).AddRight(Word(status, 96), 5).Add(" "u8).AddRight(Word(status, 100), 5);
            AddOwners(text, status);
            AddTimes(text, status, 48, 56, 64);
            text.Add("\n"u8);
        }
    }

    public static void WriteSemaphores(ByteText text, IpcListing ipc)
    {
        text.Add("       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n"u8);
        Span<byte> status = stackalloc byte[IpcListing.StatusBytes];
        for (int i = 0; i < ipc.End(IpcKind.SemaphoreSet); i++)
        {
            if (!ipc.TryDescribe(IpcKind.SemaphoreSet, i, status, out int id))
            {
                continue;
            }

            StartLine(text, status, id, isSegment: false).Add(" "u8).AddRight(Long(status, 80), 10);
            AddOwners(text, status);
            text.Add(" "u8).AddRight(Long(status, 48), 10).Add(" "u8).AddRight(Long(status, 64), 10).Add("\n"u8);
        }
    }

    /// <summary>Key, identifier and permissions, which segments show with their SHM_ bits.</summary>
    private static ByteText StartLine(ByteText text, ReadOnlySpan<byte> status, int id, bool isSegment)
    {
        int key = BinaryPrimitives.ReadInt32LittleEndian(status);
        AddSigned(text, key, 10);
        text.Add(" "u8);
        AddSigned(text, id, 10);
        uint mode = Word(status, ModeOffset);
        int start = text.Length;
        Span<byte> digits = stackalloc byte[12];
        text.Add(" "u8);
        int width = 0;
        for (uint left = isSegment ? mode : mode & ShownMode; left != 0 || width == 0; left >>= 3)
        {
            digits[width++] = (byte)('0' + (left & 7));
        }

        while (text.Length - start < 6 - width)
        {
            text.Add((byte)' ');
        }

        while (width > 0)
        {
            text.Add(digits[--width]);
        }

        return text;
    }

    private static void AddOwners(ByteText text, ReadOnlySpan<byte> status)
    {
        for (int offset = 4; offset < ModeOffset; offset += sizeof(uint))
        {
            text.Add(" "u8).AddRight(Word(status, offset), 5);
        }
    }

    private static void AddTimes(ByteText text, ReadOnlySpan<byte> status, int first, int second, int third)
    {
        foreach (int offset in (ReadOnlySpan<int>)[first, second, third])
        {
            text.Add(" "u8).AddRight(Long(status, offset), 10);
        }
    }

    private static void AddSigned(ByteText text, int value, int width)
    {
        if (value >= 0)
        {
            text.AddRight((ulong)value, width);
            return;
        }

        int digits = 1;
        for (long left = -(long)value; left >= 10; left /= 10)
        {
            digits++;
        }

        for (int i = digits + 1; i < width; i++)
        {
            text.Add((byte)' ');
        }

        text.Add(value);
    }

    private static uint Word(ReadOnlySpan<byte> status, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(status[offset..]);

    private static ulong Long(ReadOnlySpan<byte> status, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(status[offset..]);
}
