using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;

namespace Mote.Cli.Bench;

/// <summary>
/// A copy of the kernel whose first instructions send the time stamp counter over the serial port: what the firmware took before the kernel
/// began. The rest of the file is the same, so that the firmware's work is.
/// </summary>
internal static class EntryProbe
{
    public const string Beginning = "entry ";

    private const uint PvhEntryNote = 18; // XEN_ELFNOTE_PHYS32_ENTRY

    /// <exception cref="CliException">The kernel has no PVH note.</exception>
    public static void Write(string kernel, string copy)
    {
        byte[] elf = File.ReadAllBytes(kernel);
        Code().CopyTo(elf, FileOffset(elf, PvhEntry(elf)));
        File.WriteAllBytes(copy, elf);
    }

    /// <summary>32-bit code: rdtsc; "entry " and the counter's sixteen hexadecimal digits to COM1; hlt for ever.</summary>
    private static byte[] Code()
    {
        MemoryStream code = new();
        code.Write([0x0f, 0x31, 0x89, 0xc6, 0x89, 0xd7]); // rdtsc; mov %eax,%esi; mov %edx,%edi
        code.Write([0x66, 0xba, 0xf8, 0x03]); // mov $0x3f8,%dx
        foreach (byte letter in Encoding.ASCII.GetBytes(Beginning))
        {
            code.Write([0xb0, letter, 0xee]); // mov $letter,%al; out %al,%dx
        }

        code.Write([0xb9, 16, 0, 0, 0]); // mov $16,%ecx
        int loop = (int)code.Length;
        code.Write([0x89, 0xf8, 0xc1, 0xe8, 28]); // mov %edi,%eax; shr $28,%eax
        code.Write([0x3c, 10, 0x72, 2, 0x04, 39, 0x04, 48, 0xee]); // cmp $10,%al; jb +2; add $'a'-'0'-10,%al; add $'0',%al; out %al,%dx
        code.Write([0x0f, 0xa4, 0xf7, 4, 0xc1, 0xe6, 4]); // shld $4,%esi,%edi; shl $4,%esi
        code.Write([0x49, 0x75, (byte)(loop - (int)code.Length - 3)]); // dec %ecx; jnz loop
        code.Write([0xb0, (byte)'\n', 0xee, 0xfa, 0xf4, 0xeb, 0xfc]); // mov $'\n',%al; out %al,%dx; cli; hlt; jmp cli
        return code.ToArray();
    }

    private static ulong PvhEntry(byte[] elf)
    {
        foreach ((uint type, ulong offset, ulong size, _) in Segments(elf))
        {
            for (int at = (int)offset; type == 4 && at + 12 <= (int)(offset + size);)
            {
                int name = Align(ReadInt(elf, at)), description = Align(ReadInt(elf, at + 4));
                if (ReadInt(elf, at + 8) == (int)PvhEntryNote)
                {
                    return BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at + 12 + name));
                }

                at += 12 + name + description;
            }
        }

        throw new CliException("the kernel has no PVH note");
    }

    private static int FileOffset(byte[] elf, ulong physical)
    {
        foreach ((uint type, ulong offset, ulong size, ulong address) in Segments(elf))
        {
            if (type == 1 && physical >= address && physical < address + size)
            {
                return (int)(offset + physical - address);
            }
        }

        throw new CliException("the kernel's entry lies in no segment");
    }

    /// <summary>Type, file offset, length in the file and physical address of each program header.</summary>
    private static System.Collections.Generic.IEnumerable<(uint Type, ulong Offset, ulong Size, ulong Address)> Segments(byte[] elf)
    {
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(32));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(56));
        for (int i = 0; i < count; i++)
        {
            int at = table + (i * 56);
            yield return (
                (uint)ReadInt(elf, at), BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at + 8)),
                BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at + 32)), BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at + 24)));
        }
    }

    private static int ReadInt(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static int Align(int length) => (length + 3) & ~3;
}
