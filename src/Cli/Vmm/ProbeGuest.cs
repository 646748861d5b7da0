using System;
using System.Buffers.Binary;

namespace Mote.Cli.Vmm;

/// <summary>
/// A guest of a few instructions that shows whether an accelerator runs guests at all: it touches what a kernel touches first (memory, a device's registers, ports)
/// and ends the machine with a status that nothing else gives. Written here as bytes, for a tool package has no assembler.
/// </summary>
internal static class ProbeGuest
{
    /// <summary>QEMU's exit status when the guest got to its end: isa-debug-exit makes (value &lt;&lt; 1) | 1 of it.</summary>
    public const int ExpectedStatus = (ExitValue << 1) | 1;

    private const int ExitValue = 0x2a;
    private const uint LoadAddress = 0x100000;
    private const int NoteOffset = 64 + (2 * 56);
    private const int NoteBytes = 24;
    private const int CodeOffset = NoteOffset + NoteBytes;

    /// <summary>The PVH entry: 32-bit protected mode, flat segments, no paging (Xen, docs/misc/pvh.pandoc).</summary>
    private static ReadOnlySpan<byte> Code =>
    [
        0xbc, 0x00, 0x00, 0x18, 0x00,       // mov  esp, 0x180000
        0xb9, 0x00, 0x10, 0x00, 0x00,       // mov  ecx, 4096
        0xbf, 0x00, 0x00, 0x19, 0x00,       // mov  edi, 0x190000
        0x31, 0xc0,                         // xor  eax, eax
        0xfc,                               // cld
        0xf3, 0xab,                         // rep  stosd           a loop over memory
        0xa1, 0x30, 0x00, 0xe0, 0xfe,       // mov  eax, [0xfee00030]  the local APIC's version: a device register in memory
        0x50,                               // push eax
        0x0f, 0xa2,                         // cpuid                an exit that no hypervisor avoids
        0x58,                               // pop  eax
        0xb0, ExitValue,                    // mov  al, ExitValue
        0x0f, 0xb6, 0xc0,                   // movzx eax, al
        0xe7, QemuArguments.ExitPort,       // out  0xf4, eax
        0xf4,                               // hlt
        0xeb, 0xfd,                         // jmp  to the hlt
    ];

    /// <summary>The guest as an ELF-64 file with a PVH note.</summary>
    public static byte[] ToElf()
    {
        byte[] file = new byte[CodeOffset + Code.Length];
        Span<byte> all = file;
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(all);
        Write16(all, 16, 2);                        // ET_EXEC
        Write16(all, 18, 62);                       // EM_X86_64
        Write32(all, 20, 1);
        Write64(all, 24, LoadAddress + CodeOffset);
        Write64(all, 32, 64);                       // e_phoff
        Write16(all, 52, 64);
        Write16(all, 54, 56);
        Write16(all, 56, 2);
        Segment(all[64..], type: 1, flags: 7, offset: 0, LoadAddress, (ulong)file.Length);
        Segment(all[(64 + 56)..], type: 4, flags: 4, NoteOffset, LoadAddress + NoteOffset, NoteBytes);

        Span<byte> note = all[NoteOffset..];
        Write32(note, 0, 4);                        // name
        Write32(note, 4, 8);                        // description
        Write32(note, 8, 18);                       // XEN_ELFNOTE_PHYS32_ENTRY
        "Xen\0"u8.CopyTo(note[12..]);
        Write64(note, 16, LoadAddress + CodeOffset);
        Code.CopyTo(all[CodeOffset..]);
        return file;
    }

    private static void Segment(Span<byte> header, uint type, uint flags, ulong offset, ulong address, ulong size)
    {
        Write32(header, 0, type);
        Write32(header, 4, flags);
        Write64(header, 8, offset);
        Write64(header, 16, address);
        Write64(header, 24, address);
        Write64(header, 32, size);
        Write64(header, 40, size);
        Write64(header, 48, type == 1 ? 4096UL : 4);
    }

    private static void Write16(Span<byte> bytes, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes[offset..], value);

    private static void Write32(Span<byte> bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[offset..], value);

    private static void Write64(Span<byte> bytes, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes[offset..], value);
}
