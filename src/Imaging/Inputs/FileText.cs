using System;
using System.IO;

namespace Mote.Imaging.Inputs;

/// <summary>Looks for bytes in a host file, piece by piece.</summary>
internal static class FileText
{
    private const int PieceBytes = 1 << 20;

    /// <summary>True when the file contains the bytes.</summary>
    /// <exception cref="ImageException">It cannot be read.</exception>
    public static bool Contains(string path, ReadOnlySpan<byte> wanted)
    {
        using FileStream file = HostFiles.Open(path);
        byte[] buffer = new byte[PieceBytes + wanted.Length];
        int kept = 0;
        while (true)
        {
            int count = file.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            ReadOnlySpan<byte> piece = buffer.AsSpan(0, kept + count);
            if (piece.IndexOf(wanted) >= 0)
            {
                return true;
            }

            if (count < buffer.Length - kept)
            {
                return false;
            }

            // What is looked for may lie across two pieces.
            kept = wanted.Length - 1;
            piece[^kept..].CopyTo(buffer);
        }
    }
}
