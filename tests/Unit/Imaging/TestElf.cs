using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Makes small ELF64 files: one loadable segment over the whole file, and what a dynamic loader reads.</summary>
internal sealed record TestElf
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const ulong Base = 0x400000;

    public ushort Kind { get; init; } = 3;

    public ushort Machine { get; init; } = 62;

    public byte Class { get; init; } = 2;

    public byte Endian { get; init; } = 1;

    public ulong Entry { get; init; } = 0x400100;

    public string? Interpreter { get; init; }

    public string? Soname { get; init; }

    public string? Rpath { get; init; }

    public string? Runpath { get; init; }

    public string[] Needed { get; init; } = [];

    /// <summary>More strings of the string table, such as names of functions.</summary>
    public string[] Symbols { get; init; } = [];

    /// <summary>The contents of a segment of notes (PT_NOTE), or null for none.</summary>
    public byte[]? Note { get; init; }

    public static TestElf Program(params string[] needed) => new() { Interpreter = "/lib64/ld-linux-x86-64.so.2", Needed = needed };

    public static TestElf Library(string soname, params string[] needed) => new() { Soname = soname, Needed = needed, Entry = 0 };

    public byte[] ToBytes()
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        var dynamic = new List<(long Tag, ulong Value)>();
        foreach (string name in Needed)
        {
            dynamic.Add((1, AddString(strings, name)));
        }

        foreach ((long tag, string? text) in (ReadOnlySpan<(long, string?)>)[(14, Soname), (15, Rpath), (29, Runpath)])
        {
            if (text is not null)
            {
                dynamic.Add((tag, AddString(strings, text)));
            }
        }

        foreach (string symbol in Symbols)
        {
            AddString(strings, symbol);
        }

        int headers = (Interpreter is null ? 2 : 3) + (Note is null ? 0 : 1);
        int interpreterAt = HeaderSize + (headers * ProgramHeaderSize);
        byte[] interpreter = Interpreter is null ? [] : Encoding.UTF8.GetBytes(Interpreter + "\0");
        int stringsAt = interpreterAt + interpreter.Length;
        int dynamicAt = (stringsAt + (int)strings.Length + 7) & ~7;
        dynamic.Add((5, Base + (ulong)stringsAt));
        dynamic.Add((10, (ulong)strings.Length));
        dynamic.Add((0, 0));
        int noteAt = dynamicAt + (dynamic.Count * 16);
        byte[] file = new byte[noteAt + (Note?.Length ?? 0)];

        WriteHeader(file, headers);
        WriteProgramHeader(file, 0, 1, 0, file.Length);
        WriteProgramHeader(file, 1, 2, dynamicAt, dynamic.Count * 16);
        if (Interpreter is not null)
        {
            WriteProgramHeader(file, 2, 3, interpreterAt, interpreter.Length);
        }

        if (Note is not null)
        {
            WriteProgramHeader(file, headers - 1, 4, noteAt, Note.Length);
            Note.CopyTo(file, noteAt);
        }

        interpreter.CopyTo(file, interpreterAt);
        strings.ToArray().CopyTo(file, stringsAt);
        for (int i = 0; i < dynamic.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(dynamicAt + (i * 16)), dynamic[i].Tag);
            BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(dynamicAt + (i * 16) + 8), dynamic[i].Value);
        }

        return file;
    }

    /// <summary>Writes the file with execute permission, and the folders above it.</summary>
    public string Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, ToBytes());
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private void WriteHeader(byte[] file, int headers)
    {
        "\u007fELF"u8.CopyTo(file);
        file[4] = Class;
        file[5] = Endian;
        file[6] = 1;
        if (Endian == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), Kind);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), Machine);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(16), Kind);
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(18), Machine);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(24), Entry);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), (ushort)headers);
    }

    private static void WriteProgramHeader(byte[] file, int index, uint type, int offset, int size)
    {
        Span<byte> header = file.AsSpan(HeaderSize + (index * ProgramHeaderSize));
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)offset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], Base + (ulong)offset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], (ulong)size);
    }

    private static ulong AddString(MemoryStream strings, string text)
    {
        ulong at = (ulong)strings.Length;
        strings.Write(Encoding.UTF8.GetBytes(text + "\0"));
        return at;
    }
}
