using System;
using System.IO;
using System.Text;

namespace Mote.Imaging.Elf;

/// <summary>What to tell the user about a file that cannot run.</summary>
internal static class ElfComplaints
{
    public static string NotElf(string path, Stream file)
    {
        if (file.Length == 0)
        {
            return $"{path} is empty. Mote runs Linux programs for x86-64 (ELF files), scripts that begin with #! and .NET projects.";
        }

        byte[] start = new byte[Math.Min(8, file.Length)];
        file.Position = 0;
        file.ReadExactly(start);
        string guess = start switch
        {
            [(byte)'M', (byte)'Z', ..] => " It looks like a Windows program or a .NET assembly; give the project's folder to run a .NET program.",
            [0xcf, 0xfa, 0xed, 0xfe, ..] or [0xca, 0xfe, 0xba, 0xbe, ..] => " It looks like a macOS program or a Java class.",
            [(byte)'P', (byte)'K', 3, 4, ..] => " It looks like a zip or jar archive.",
            [0x1f, 0x8b, ..] => " It looks like a gzip archive.",
            [(byte)'!', (byte)'<', (byte)'a', (byte)'r', ..] => " It looks like a static library or a Debian package.",
            _ => IsText(start) ? " It looks like text; a script must begin with #! and its interpreter, such as #!/usr/bin/python3." : "",
        };
        return $"{path} is not an ELF file.{guess} Mote runs Linux programs for x86-64 (ELF files), scripts that begin with #! and .NET projects.";
    }

    public static string OtherMachine(string path, ushort machine, bool is64Bit, bool isLittleEndian)
    {
        string endian = isLittleEndian ? "" : ", big-endian";
        string name = ElfMachines.Name(machine, is64Bit);
        string cause = machine == ElfMachines.X64 && isLittleEndian ? "is a 32-bit file for x86-64 (the x32 ABI)" : $"is built for {name}{endian}";
        return $"{path} {cause}; Mote runs 64-bit x86-64 programs only. Build it for x86_64-linux (gcc -m64, GOARCH=amd64, --target x86_64-unknown-linux-gnu, -r linux-x64).";
    }

    /// <summary>Why the file cannot be started as a program, or null when it can.</summary>
    public static string? NotStartable(string path, ElfFile elf)
    {
        switch (elf.Kind)
        {
            case ElfKind.Relocatable:
                return $"{path} is an object file (.o), not a program. Link it first, for example: gcc {path} -o app";
            case ElfKind.Core:
                return $"{path} is a core dump, not a program. Give the program that crashed.";
            case ElfKind.Executable or ElfKind.SharedObject when elf.Entry == 0:
            case ElfKind.SharedObject when elf.Interpreter is null && !elf.IsMarkedPie && elf.Soname is not null && !IsLoader(elf.Soname):
                return $"{path} is a shared library, not a program: it has no {(elf.Entry == 0 ? "entry point" : "interpreter")}. Give the program that uses it.";
            case ElfKind.Executable or ElfKind.SharedObject:
                break;
            default:
                return $"{path} is an ELF file of an unknown type ({(int)elf.Kind}), not a program.";
        }

        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.Type == ElfSegment.TypeLoad)
            {
                return null;
            }
        }

        return $"{path} has nothing to load (no PT_LOAD segment), so it is not a program. It may hold debug symbols only.";
    }

    private static bool IsLoader(string soname) => soname.StartsWith("ld-", StringComparison.Ordinal) || soname == "libc.so";

    private static bool IsText(byte[] start)
    {
        foreach (char c in Encoding.Latin1.GetString(start))
        {
            if (c is (< ' ' and not '\n' and not '\r' and not '\t') or > '~')
            {
                return false;
            }
        }

        return true;
    }
}
