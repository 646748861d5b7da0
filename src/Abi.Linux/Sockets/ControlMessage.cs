namespace Mote.Abi.Linux;

/// <summary>Types of control messages at the level SOL_SOCKET (unix(7)).</summary>
public enum ControlMessage
{
    /// <summary>SCM_RIGHTS: descriptors.</summary>
    Rights = 1,

    /// <summary>SCM_CREDENTIALS: struct ucred.</summary>
    Credentials = 2,

    /// <summary>SO_MARK of one message.</summary>
    Mark = 36,

    /// <summary>SO_TIMESTAMPING, by which a message says which times are told of it.</summary>
    Timestamping = 37,
    TimestampingNew = 65,
}
