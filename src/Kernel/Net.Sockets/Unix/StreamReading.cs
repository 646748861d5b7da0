namespace Mote.Kernel.Net.Sockets;

/// <summary>How far one call has read a stream: a reader goes no further than the files or the sender of one message.</summary>
internal struct StreamReading(StreamMark? mark)
{
    /// <summary>The first mark that was not passed yet.</summary>
    public StreamMark? Mark = mark;

    public SocketCredentials Sender;

    public bool HasSender;

    public bool IsDone;
}
