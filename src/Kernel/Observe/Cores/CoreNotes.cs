using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// The notes of a core file: the process, its mapped files, and each thread's registers, in Linux's order (fill_note_info in
/// fs/binfmt_elf.c). The thread that a signal hit is the first.
/// </summary>
/// <param name="process">It stands still.</param>
/// <param name="culprit">The thread that the signal ends; null when the process goes on.</param>
/// <param name="info">The signal; its number is zero when the process goes on.</param>
/// <param name="stream">Where they go.</param>
/// <param name="path">Room for the longest path.</param>
internal sealed class CoreNotes(Process process, UserThread? culprit, SignalInfo info, CoreStream stream, byte[] path)
{
    private const int Alignment = 4;
    private const int HeaderBytes = 12;
    private const int ProcessInfoBytes = 136;
    private const int LegacyStateBytes = 512;

    /// <summary>
    /// Where XSAVE's area says which components there are, which it leaves to software (user_xstateregs in Linux's asm/user.h).
    /// </summary>
    private const int ComponentsAt = 464;

    private const int RangeBytes = 3 * sizeof(ulong);

    private static ReadOnlySpan<byte> CoreName => "CORE\0"u8;

    private static ReadOnlySpan<byte> LinuxName => "LINUX\0"u8;

    private UserThread First => culprit ?? process.Threads[0];

    /// <summary>Bytes of all of them.</summary>
    public ulong Measure()
    {
        int state = CpuContext.ExtendedStateSize;
        ulong each = NoteBytes(CoreName, ThreadStatusNote.Bytes) + NoteBytes(CoreName, LegacyStateBytes)
            + NoteBytes(LinuxName, (ulong)state);
        return ((ulong)process.Threads.Count * each) + NoteBytes(CoreName, ProcessInfoBytes) + NoteBytes(CoreName, SignalInfo.Bytes)
            + NoteBytes(CoreName, (ulong)process.Image.AuxiliaryVector.Length) + NoteBytes(CoreName, FilesBytes());
    }

    public void Write()
    {
        WriteThreadStatus(First);
        WriteProcessInfo();
        Span<byte> signal = stackalloc byte[SignalInfo.Bytes];
        info.WriteTo(signal);
        WriteNote(CoreName, CoreNoteType.SignalInfo, signal);
        WriteNote(CoreName, CoreNoteType.AuxiliaryVector, process.Image.AuxiliaryVector);
        WriteFiles();
        WriteState(First);
        foreach (UserThread thread in process.Threads)
        {
            if (thread != First)
            {
                WriteThreadStatus(thread);
                WriteState(thread);
            }
        }
    }

    private static ulong NoteBytes(ReadOnlySpan<byte> name, ulong bytes) => HeaderBytes + Up((ulong)name.Length) + Up(bytes);

    private static ulong Up(ulong bytes) => (bytes + (Alignment - 1)) & ~(ulong)(Alignment - 1);

    private void WriteNote(ReadOnlySpan<byte> name, CoreNoteType type, ReadOnlySpan<byte> content)
    {
        WriteNoteHeader(name, type, (uint)content.Length);
        stream.Put(content);
        stream.Align(Alignment);
    }

    private void WriteNoteHeader(ReadOnlySpan<byte> name, CoreNoteType type, uint bytes)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)type);
        stream.Put(header);
        stream.Put(name);
        stream.Align(Alignment);
    }

    private void WriteThreadStatus(UserThread thread)
    {
        Span<byte> status = stackalloc byte[ThreadStatusNote.Bytes];
        ThreadStatusNote.Fill(status, thread, (short)info.Number);
        WriteNote(CoreName, CoreNoteType.ThreadStatus, status);
    }

    private void WriteState(UserThread thread)
    {
        Span<byte> state = path.AsSpan(0, CpuContext.ExtendedStateSize);
        thread.Context.SaveExtendedState(state);
        BinaryPrimitives.WriteUInt64LittleEndian(state[ComponentsAt..], CpuContext.ExtendedStateComponents);
        WriteNote(CoreName, CoreNoteType.FloatingPoint, state[..LegacyStateBytes]);
        WriteNote(LinuxName, CoreNoteType.ExtendedState, state);
    }

    /// <summary>struct elf_prpsinfo.</summary>
    private void WriteProcessInfo()
    {
        const int NameBytes = 15;
        const int ArgumentsAt = 56;
        Span<byte> note = stackalloc byte[ProcessInfoBytes];
        note.Clear();
        note[1] = (byte)'R';
        note[3] = unchecked((byte)process.Threads[0].Scheduling.Nice);
        BinaryPrimitives.WriteUInt32LittleEndian(note[16..], process.Credentials.User.Real);
        BinaryPrimitives.WriteUInt32LittleEndian(note[20..], process.Credentials.Group.Real);
        BinaryPrimitives.WriteInt32LittleEndian(note[24..], process.Id);
        BinaryPrimitives.WriteInt32LittleEndian(note[28..], process.ParentId);
        BinaryPrimitives.WriteInt32LittleEndian(note[32..], process.GroupId);
        BinaryPrimitives.WriteInt32LittleEndian(note[36..], process.SessionId);
        ReadOnlySpan<byte> name = process.Threads[0].Name;
        name[..Math.Min(name.Length, NameBytes)].CopyTo(note[40..]);

        // Arguments with blanks between them, the last byte NUL.
        Span<byte> text = note[ArgumentsAt..^1];
        foreach (byte[] argument in process.Image.Arguments)
        {
            ReadOnlySpan<byte> part = argument.AsSpan(0, Math.Min(argument.Length, text.Length));
            part.CopyTo(text);
            text = text[part.Length..];
            if (text.IsEmpty)
            {
                break;
            }

            text[0] = (byte)' ';
            text = text[1..];
        }

        WriteNote(CoreName, CoreNoteType.ProcessInfo, note);
    }

    private ulong FilesBytes()
    {
        ulong bytes = 2 * sizeof(ulong);
        for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
        {
            if (area.File != null)
            {
                bytes += RangeBytes + (ulong)NameOf(area).Length + 1;
            }
        }

        return bytes;
    }

    /// <summary>Their count and the size of a page; for each mapping its start, end and page in the file; then their names.</summary>
    private void WriteFiles()
    {
        ulong count = 0;
        for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
        {
            count += area.File != null ? 1UL : 0;
        }

        WriteNoteHeader(CoreName, CoreNoteType.Files, (uint)FilesBytes());
        PutNumbers(count, (ulong)PageSize.Bytes);
        for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
        {
            if (area.File != null)
            {
                PutNumbers(area.Start.Value, area.End.Value, area.SourcePage);
            }
        }

        for (Area? area = process.Memory.First; area != null; area = process.Memory.Next(area))
        {
            if (area.File != null)
            {
                stream.Put(NameOf(area));
                stream.Put("\0"u8);
            }
        }

        stream.Align(Alignment);
    }

    private ReadOnlySpan<byte> NameOf(Area area) =>
        area.File!.Path.WritePath(process.Fs.Root, path).TryGet(out int length) ? path.AsSpan(0, length) : default;

    private void PutNumbers(params ReadOnlySpan<ulong> numbers)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        foreach (ulong number in numbers)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
            stream.Put(bytes);
        }
    }
}
