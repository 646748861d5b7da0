using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

// Whom others see when they look at the process, and whom it loads programs for.
public sealed partial class Process
{
    /// <summary>ADDR_NO_RANDOMIZE.</summary>
    internal const uint NoRandomization = 0x004_0000;

    private readonly FsContext _fs;
    private readonly Credentials _credentials;

    /// <summary>The ids and capabilities of its first thread: each has its own. Those that the program began with while there is no thread.</summary>
    public Credentials Credentials => _threads.Count > 0 ? _threads[0].Credentials : _credentials;

    /// <summary>Places and file-system ids of its first thread.</summary>
    public FsContext Fs => _threads.Count > 0 ? _threads[0].Fs : _fs;

    /// <summary>What a program's file is loaded for when somebody with these credentials executes it.</summary>
    internal ProgramIdentity IdentityWith(Credentials credentials) => new(
        credentials.User.Real,
        credentials.User.Effective,
        credentials.Group.Real,
        credentials.Group.Effective,
        Limits.Soft(ResourceKind.Stack),
        (Personality & NoRandomization) == 0 && Host.RandomizesLayouts,
        !credentials.Capabilities.HasNoNewPrivileges);
}
