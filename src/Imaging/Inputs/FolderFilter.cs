namespace Mote.Imaging.Inputs;

/// <summary>Which names of a folder matter.</summary>
internal enum FolderFilter
{
    Everything,

    /// <summary>What can change a .NET project's build: not bin, obj, the lock file and hidden names.</summary>
    ProjectSources,
}
