using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

// Changes of user and group ids, with what follows from them (credentials(7), Linux's commit_creds): capabilities, the ids that files are checked with, dumpability.
public sealed partial class UserThread
{
    /// <summary>PR_MCE_KILL_DEFAULT.</summary>
    public const int DefaultFailurePolicy = 2;

    private const uint NoRandomization = Process.NoRandomization;

    /// <summary>PER_CLEAR_ON_SETID: what of personality(2) a program that gains privileges does not inherit.</summary>
    private const uint ClearedOnSetId = 0x0040_0000 | NoRandomization | 0x0020_0000 | 0x0010_0000;

    /// <summary>
    /// Ids and capabilities of the thread (credentials(7)). Threads share the object that their maker had until one changes something: <see cref="OwnIdentity"/> comes before each change.
    /// </summary>
    public required Credentials Credentials { get; set; }

    /// <summary>Places, and the ids and capabilities that files are checked with: those of <see cref="Credentials"/>.</summary>
    public required FsContext Fs { get; set; }

    /// <summary>PR_MCE_KILL: kept, for this machine tells of no memory that failed.</summary>
    public int MemoryFailurePolicy { get; set; } = DefaultFailurePolicy;

    /// <summary>PR_SET_PDEATHSIG: kept and told back; the first process has no parent whose end could be seen.</summary>
    public int DeathSignal { get; set; }

    /// <summary>The thread's credentials, which no other thread sees change from now on.</summary>
    public Credentials OwnIdentity()
    {
        if (Process.Threads.Count > 1)
        {
            Fs = Fs.WithOwnIdentity();
            Credentials = Credentials.Clone(Fs.Capabilities);
        }

        return Credentials;
    }

    /// <summary>setuid(2) and its kin; <see cref="IdTriple.Unchanged"/> leaves an id.</summary>
    public void ChangeUser(uint real, uint effective, uint saved)
    {
        IdTriple ids = OwnIdentity().User;
        bool hadRoot = ids.HasRoot;
        uint old = ids.Effective;
        uint oldFile = Fs.Uid;
        ulong permitted = Credentials.Capabilities.Permitted;
        ids.Change(real, effective, saved);
        Fs.Uid = ids.Effective;
        Credentials.Capabilities.FollowUserIds(hadRoot, ids.HasRoot, old == 0, ids.Effective == 0);
        NoteChange(old != ids.Effective || oldFile != Fs.Uid || (Credentials.Capabilities.Permitted & ~permitted) != 0);
    }

    /// <summary>setgid(2) and its kin.</summary>
    public void ChangeGroup(uint real, uint effective, uint saved)
    {
        IdTriple ids = OwnIdentity().Group;
        uint old = ids.Effective;
        uint oldFile = Fs.Gid;
        ids.Change(real, effective, saved);
        Fs.Gid = ids.Effective;
        NoteChange(old != ids.Effective || oldFile != Fs.Gid);
    }

    /// <summary>setfsuid(2).</summary>
    public void ChangeFileUser(uint id)
    {
        OwnIdentity();
        uint old = Fs.Uid;
        Fs.Uid = id;
        Credentials.Capabilities.FollowFileUserId(old == 0, id == 0);
        NoteChange(old != id);
    }

    /// <summary>setfsgid(2).</summary>
    public void ChangeFileGroup(uint id)
    {
        OwnIdentity();
        uint old = Fs.Gid;
        Fs.Gid = id;
        NoteChange(old != id);
    }

    /// <summary>execve(2): the new program runs with the ids that its file gives it, and with what capabilities follow.</summary>
    internal void TakeIdentity(ProgramImage image)
    {
        CapabilitySets sets = Credentials.Capabilities;
        IdTriple user = Credentials.User;
        IdTriple group = Credentials.Group;
        bool isSetId = image.EffectiveUid != user.Real || image.EffectiveGid != group.Real;
        bool isCapped = sets.HasNoNewPrivileges;
        ulong permitted = sets.Permitted;
        sets.Execute(user.Real == 0, image.EffectiveUid == 0, isSetId, isCapped);
        uint effective = isCapped && isSetId ? user.Real : image.EffectiveUid;
        uint effectiveGroup = isCapped && isSetId ? group.Real : image.EffectiveGid;
        user.Change(IdTriple.Unchanged, effective, effective);
        group.Change(IdTriple.Unchanged, effectiveGroup, effectiveGroup);
        Fs.Uid = effective;
        Fs.Gid = effectiveGroup;
        Process.Dumpable = isSetId || (sets.Permitted & ~permitted) != 0 ? 0 : 1; // fs.suid_dumpable
        if (isSetId)
        {
            DeathSignal = 0;
            Process.Personality &= ~ClearedOnSetId;
        }
    }

    private void NoteChange(bool hasOther)
    {
        if (hasOther)
        {
            Process.Dumpable = 0; // fs.suid_dumpable
            DeathSignal = 0;
        }
    }
}
