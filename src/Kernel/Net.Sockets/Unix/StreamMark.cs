namespace Mote.Kernel.Net.Sockets;

/// <summary>Something that belongs to a part of a stream: files that came with it, or another sender than before.</summary>
internal sealed class StreamMark(ulong start, ulong end, FileRights? rights, SocketCredentials credentials)
{
    /// <summary>Where the part begins, counted from the stream's first byte.</summary>
    public ulong Start { get; } = start;

    public ulong End { get; } = end;

    public FileRights? Rights { get; set; } = rights;

    public SocketCredentials Credentials { get; } = credentials;

    public StreamMark? Next { get; set; }
}
