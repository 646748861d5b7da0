using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Who makes the system call that runs now. Processes are above this layer, which therefore asks through here.</summary>
public abstract class SocketCaller
{
    /// <summary>Process number, effective user and group.</summary>
    public abstract SocketCredentials Credentials { get; }

    /// <summary>From where and as whom it looks at paths.</summary>
    public abstract FsContext Files { get; }

    /// <summary>CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_NET_RAW: root has them.</summary>
    public abstract bool IsPrivileged { get; }

    /// <summary>Whether its process goes on: one that ends closes its files without waiting for anything.</summary>
    public abstract bool GoesOn { get; }

    /// <summary>RLIMIT_NOFILE: as many descriptors may be on their way in sockets.</summary>
    public abstract int DescriptorLimit { get; }
}
