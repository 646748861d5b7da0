using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.Rules;

/// <summary>
/// Go programs carry their libraries in themselves; what they open by name are time zones (package time) and the trusted certificates (crypto/x509), each only when
/// the linker kept the function that does it.
/// </summary>
internal sealed class GoRule : IImageRule
{
    private const uint TypeNote = 4;
    private const ulong MaxNoteBytes = 1 << 16;
    private const string ZonesWhy = "rule go: time zones, for time.LoadLocation";
    private const string CertificatesWhy = "rule go: the trusted certificates, for crypto/x509";
    private const string Zones = "/usr/share/zoneinfo";

    // crypto/x509/root_linux.go: the first of these that exists.
    private static readonly string[] s_certificates = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

    public string Name => "go";

    public string Description => "Adds the time zones and the trusted certificates to Go programs that read them.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } =
    [
        ("zones", "the time zones even when the program only reads them for the variable TZ"),
    ];

    public string? Recognize(LoadedProgram program) => HasBuildId(program) ? "the program carries the build note of Go's linker" : null;

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        // The table of functions keeps the names of those that are linked in, also in a stripped program.
        if ((variants.Contains("zones") || FileText.Contains(program.HostReal, "time.LoadLocation\0"u8)) && assembly.Host.IsDirectory(Zones))
        {
            assembly.AddHostFolder(Zones, Zones, ZonesWhy, path => path is not ("posix" or "right" or "localtime" or "posixrules" or "leapseconds"));
        }

        foreach (string file in s_certificates)
        {
            if (FileText.Contains(program.HostReal, "/etc/ssl/certs/ca-certificates.crt"u8) && assembly.Host.IsFile(file))
            {
                assembly.AddHostPath(file, CertificatesWhy);
                return;
            }
        }
    }

    // cmd/internal/buildid: a note of type 4 with the name "Go".
    private static bool HasBuildId(LoadedProgram program)
    {
        using FileStream file = HostFiles.Open(program.HostReal);
        foreach (ElfSegment segment in program.Scope.Program.Elf.Segments)
        {
            if (segment.Type != TypeNote || segment.FileSize > MaxNoteBytes || segment.Offset > (ulong)file.Length)
            {
                continue;
            }

            byte[] notes = new byte[segment.FileSize];
            file.Position = (long)segment.Offset;
            int count = file.ReadAtLeast(notes, notes.Length, throwOnEndOfStream: false);
            if (HasBuildId(notes.AsSpan(0, count)))
            {
                return true;
            }
        }

        return false;
    }

    // elf(5), Notes: lengths of name and description, type, then both, each padded to four bytes.
    private static bool HasBuildId(ReadOnlySpan<byte> notes)
    {
        while (notes.Length >= 12)
        {
            uint nameBytes = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            uint descriptionBytes = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            ulong size = 12 + Padded(nameBytes) + Padded(descriptionBytes);
            if (size > (ulong)notes.Length)
            {
                return false;
            }

            if (type == 4 && notes.Slice(12, (int)nameBytes).SequenceEqual("Go\0\0"u8))
            {
                return true;
            }

            notes = notes[(int)size..];
        }

        return false;
    }

    private static ulong Padded(uint bytes) => ((ulong)bytes + 3) & ~3UL;
}
