using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Who makes the system call that runs now. Processes are above this layer, which therefore asks through here.</summary>
public abstract class SocketCaller
{
    /// <summary>Process number, effective user and group.</summary>
    public abstract SocketCredentials Credentials { get; }

    /// <summary>From where and as whom it looks at paths.</summary>
    public abstract FsContext Files { get; }

    /// <summary>Whether it has a capability now.</summary>
    public bool Has(Capability capability) => Files.Has(capability);

    /// <summary>CAP_NET_ADMIN.</summary>
    public bool IsPrivileged => Has(Capability.NetAdmin);

    /// <summary>Whether its process goes on: one that ends closes its files without waiting for anything.</summary>
    public abstract bool GoesOn { get; }

    /// <summary>RLIMIT_NOFILE: as many descriptors may be on their way in sockets.</summary>
    public abstract int DescriptorLimit { get; }
}
