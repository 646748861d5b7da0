using System;
using System.Buffers.Binary;

namespace Mote.Cli.Vmm;

/// <summary>
/// A guest of a few instructions that shows whether an accelerator runs guests at all: it goes to 64-bit mode and ends the machine with a status that nothing else gives. Written here as bytes, for a tool package has no assembler.
/// </summary>
internal static class ProbeGuest
{
    /// <summary>QEMU's exit status when the guest got to its end: isa-debug-exit makes (value &lt;&lt; 1) | 1 of it.</summary>
    public const int ExpectedStatus = (ExitValue << 1) | 1;

    /// <summary>Grows with each change of the guest: what an older one showed counts no more.</summary>
    public const int Version = 2;

    private const int ExitValue = 0x2a;
    private const uint LoadAddress = 0x100000;
    private const int NoteOffset = 64 + (2 * 56);
    private const int NoteBytes = 24;
    private const int CodeOffset = NoteOffset + NoteBytes;

    /// <summary>
    /// The PVH entry, at 0x1000c8: 32-bit protected mode, flat segments, no paging (Xen, docs/misc/pvh.pandoc). It goes to long mode and uses an upper SSE register as
    /// compiled code does: a hypervisor that emulates the instructions of a guest's kernel ends there.
    /// </summary>
    private static ReadOnlySpan<byte> Code =>
    [
        0xfc,                                                       // cld
        0xbf, 0x00, 0x00, 0x18, 0x00,                               // mov edi, 0x180000
        0x31, 0xc0,                                                 // xor eax, eax
        0xb9, 0x00, 0x0c, 0x00, 0x00,                               // mov ecx, 3 * 1024
        0xf3, 0xab,                                                 // rep stosd                  three empty page tables
        0xc7, 0x05, 0x00, 0x00, 0x18, 0x00, 0x03, 0x10, 0x18, 0x00, // mov dword [0x180000], 0x181003
        0xc7, 0x05, 0x00, 0x10, 0x18, 0x00, 0x03, 0x20, 0x18, 0x00, // mov dword [0x181000], 0x182003
        0xc7, 0x05, 0x00, 0x20, 0x18, 0x00, 0x83, 0x00, 0x00, 0x00, // mov dword [0x182000], 0x83  the first 2 MiB
        0xb8, 0x00, 0x00, 0x18, 0x00,                               // mov eax, 0x180000
        0x0f, 0x22, 0xd8,                                           // mov cr3, eax
        0xb8, 0x20, 0x06, 0x00, 0x00,                               // mov eax, PAE | OSFXSR | OSXMMEXCPT
        0x0f, 0x22, 0xe0,                                           // mov cr4, eax
        0xb9, 0x80, 0x00, 0x00, 0xc0,                               // mov ecx, EFER
        0x0f, 0x32,                                                 // rdmsr
        0x0d, 0x00, 0x01, 0x00, 0x00,                               // or eax, LME
        0x0f, 0x30,                                                 // wrmsr
        0xb8, 0x23, 0x00, 0x00, 0x80,                               // mov eax, PG | NE | MP | PE
        0x0f, 0x22, 0xc0,                                           // mov cr0, eax
        0x0f, 0x01, 0x15, 0x58, 0x01, 0x10, 0x00,                   // lgdt [0x100158]
        0xea, 0x29, 0x01, 0x10, 0x00, 0x08, 0x00,                   // jmp 8:0x100129
        0xbc, 0x00, 0x00, 0x19, 0x00,                               // mov esp, 0x190000          64-bit code from here on
        0x0f, 0xa2,                                                 // cpuid
        0x45, 0x0f, 0x57, 0xc0,                                     // xorps xmm8, xmm8
        0x44, 0x0f, 0x29, 0x44, 0x24, 0xf0,                         // movaps [rsp - 16], xmm8
        0x6a, ExitValue,                                            // push ExitValue
        0x58,                                                       // pop rax
        0xe7, QemuArguments.ExitPort,                               // out 0xf4, eax
        0xf4,                                                       // hlt
        0xeb, 0xfd,                                                 // jmp to the hlt
        0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00,                         // (to a multiple of 8)
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,             // the null segment
        0xff, 0xff, 0x00, 0x00, 0x00, 0x9a, 0xaf, 0x00,             // 64-bit code, ring 0
        0x0f, 0x00, 0x48, 0x01, 0x10, 0x00,                         // the table's limit and its address, 0x100148
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
