using System;
using System.IO;

namespace Mote.Cli.Cores;

/// <summary>
/// A core file on this computer: for its user alone, with holes where the memory is zero. What did not become whole is removed again.
/// </summary>
internal sealed class CoreFile : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly FileStream _stream;
    private readonly string _path;
    private bool _isWhole;

    /// <exception cref="IOException">It cannot be made, or there is one.</exception>
    public CoreFile(string path)
    {
        _path = path;
        try
        {
            _stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = BufferBytes,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Says early what would fail late.</summary>
    /// <exception cref="CliException">The file is there, or its folder is not.</exception>
    public static void Check(string? path)
    {
        if (path is null)
        {
            return;
        }

        if (Path.Exists(path))
        {
            throw new CliException($"{path} is there already; a core is not written over it");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(folder))
        {
            throw new CliException($"there is no folder {folder} for the core {Path.GetFileName(path)}");
        }
    }

    public void Put(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    public void Skip(long bytes)
    {
        if (bytes > long.MaxValue - _stream.Position)
        {
            throw new IOException("the core is larger than any file");
        }

        try
        {
            _stream.Position += bytes; // writes what is buffered
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    public void Finish()
    {
        try
        {
            _stream.SetLength(_stream.Position);
            _stream.Flush();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }

        _isWhole = true;
    }

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            _isWhole = false; // what was buffered does not fit
        }

        if (!_isWhole)
        {
            File.Delete(_path);
        }
    }

    /// <summary>The class library's exception for EFBIG is about an argument.</summary>
    private static IOException TooLarge(ArgumentOutOfRangeException e) => new("no file may be so large there", e);
}
