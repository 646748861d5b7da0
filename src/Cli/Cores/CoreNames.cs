using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Mote.Cli.Cores;

/// <summary>
/// Gives a core on its way the names that mapped files have on this computer, in the note that lists them (NT_FILE; elf(5) and core(5)):
/// debuggers look there for programs, libraries, and for
/// what lies beside them, as dotnet-dump does for libmscordaccore.so. Notes that grow move all that follows. A core that is not as the
/// kernel writes it is left as it is.
/// </summary>
/// <param name="target">Where it goes on.</param>
/// <param name="hostPathOf">This computer's path of a file of the machine; <c>null</c> for one that it has not.</param>
internal sealed class CoreNames(CoreTarget target, Func<string, string?> hostPathOf) : CoreTarget
{
    /// <summary>What is before the memory of the largest program: headers and notes.</summary>
    private const int MostBytes = 256 << 20;

    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;
    private const int OffsetAt = 8;
    private const int FileBytesAt = 32;
    private const int CountAt = 56;
    private const int NoteHeaderBytes = 12;
    private const int NoteAlignment = 4;
    private const int PageBytes = 4096;
    private const int RangeBytes = 24;
    private const int RangesAt = 16;
    private const uint FilesNote = 0x46494c45;

    private MemoryStream? _head = new();
    private long _dropped;

    public override void Put(ReadOnlySpan<byte> bytes)
    {
        if (_head is null)
        {
            // What filled the old notes' last page.
            int gone = (int)Math.Min(_dropped, bytes.Length);
            _dropped -= gone;
            target.Put(bytes[gone..]);
            return;
        }

        _head.Write(bytes);
        TryPass();
    }

    public override void Skip(long bytes)
    {
        if (_head is null)
        {
            long gone = Math.Min(_dropped, bytes);
            _dropped -= gone;
            target.Skip(bytes - gone);
            return;
        }

        if (bytes > MostBytes - _head.Length)
        {
            Pass(_head.ToArray());
            target.Skip(bytes);
            return;
        }

        _head.Write(new byte[bytes]);
        TryPass();
    }

    public override void Finish()
    {
        if (_head is not null)
        {
            Pass(_head.ToArray());
        }

        target.Finish();
    }

    public override void Fail(string why) => target.Fail(why);

    private static int Up(int bytes, int alignment) => (bytes + alignment - 1) & -alignment;

    private static void Pad(MemoryStream stream, int alignment) =>
        stream.Write(new byte[Up((int)stream.Length, alignment) - (int)stream.Length]);

    private void Pass(byte[] head)
    {
        _head = null;
        target.Put(head);
    }

    /// <summary>Goes on when the headers and the notes are there.</summary>
    private void TryPass()
    {
        int length = (int)_head!.Length;
        byte[] bytes = _head.GetBuffer();
        int segments = length < HeaderBytes
            ? 0
            : HeaderBytes + (SegmentBytes * BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(CountAt)));
        if (length < HeaderBytes || length < segments)
        {
            return;
        }

        // The first segment is the notes', which begin after the last one.
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(HeaderBytes + OffsetAt));
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(HeaderBytes + FileBytesAt));
        if (segments == HeaderBytes || start != (ulong)segments || size > (ulong)(MostBytes - segments))
        {
            Pass(_head.ToArray());
            return;
        }

        int end = segments + (int)size;
        int memory = Up(end, PageBytes);
        if (length < end)
        {
            return;
        }

        byte[] rest = bytes[end..length];
        byte[] notes = TryRename(bytes.AsSpan(segments, (int)size)) ?? bytes[segments..end];
        byte[] head = Rewrite(bytes.AsSpan(0, segments), notes, memory);
        Pass(head);
        _dropped = memory - end;
        Put(rest);
    }

    /// <summary>The headers with the notes that follow them, up to the page where memory begins.</summary>
    private static byte[] Rewrite(ReadOnlySpan<byte> headers, byte[] notes, int oldMemory)
    {
        MemoryStream head = new();
        head.Write(headers);
        head.Write(notes);
        Pad(head, PageBytes);
        byte[] bytes = head.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HeaderBytes + FileBytesAt), (ulong)notes.Length);
        for (int at = HeaderBytes + SegmentBytes; at < headers.Length; at += SegmentBytes)
        {
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at + OffsetAt));
            offset = unchecked(offset + (ulong)(long)(bytes.Length - oldMemory));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at + OffsetAt), offset);
        }

        return bytes;
    }

    /// <summary>The notes with other names in them; <c>null</c> when they are not understood.</summary>
    private byte[]? TryRename(ReadOnlySpan<byte> notes)
    {
        MemoryStream renamed = new();
        while (notes.Length >= NoteHeaderBytes)
        {
            uint nameBytes = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            if (nameBytes > notes.Length || bytes > notes.Length)
            {
                return null;
            }

            int contentAt = NoteHeaderBytes + Up((int)nameBytes, NoteAlignment);
            int noteBytes = contentAt + Up((int)bytes, NoteAlignment);
            if (noteBytes > notes.Length)
            {
                return null;
            }

            ReadOnlySpan<byte> content = notes.Slice(contentAt, (int)bytes);
            byte[]? other = type == FilesNote ? TryRenameFiles(content) : null;
            int headerAt = (int)renamed.Length;
            renamed.Write(notes[..contentAt]);
            renamed.Write(other ?? content);
            Pad(renamed, NoteAlignment);
            if (other is not null)
            {
                BinaryPrimitives.WriteInt32LittleEndian(renamed.GetBuffer().AsSpan(headerAt + 4), other.Length);
            }

            notes = notes[noteBytes..];
        }

        return renamed.ToArray();
    }

    private byte[]? TryRenameFiles(ReadOnlySpan<byte> content)
    {
        ulong count = content.Length < RangesAt ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(content);
        if (count == 0 || count > (ulong)(content.Length - RangesAt) / RangeBytes)
        {
            return null;
        }

        int names = RangesAt + ((int)count * RangeBytes);
        MemoryStream renamed = new();
        renamed.Write(content[..names]);
        Dictionary<string, byte[]> known = [];
        ReadOnlySpan<byte> left = content[names..];
        for (ulong i = 0; i < count; i++)
        {
            int end = left.IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            string name = Encoding.UTF8.GetString(left[..end]);
            if (!known.TryGetValue(name, out byte[]? bytes))
            {
                bytes = hostPathOf(name) is string path ? Encoding.UTF8.GetBytes(path) : left[..end].ToArray();
                known.Add(name, bytes);
            }

            renamed.Write(bytes);
            renamed.WriteByte(0);
            left = left[(end + 1)..];
        }

        return renamed.ToArray();
    }
}
