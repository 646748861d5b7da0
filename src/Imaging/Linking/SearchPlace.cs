namespace Mote.Imaging.Linking;

/// <summary>A file that the loader would try for a library.</summary>
/// <param name="HostPath">Where it would be on the host.</param>
/// <param name="GuestPath">Where the loader in the image will look.</param>
/// <param name="How">Why it looks there, such as "RUNPATH of /usr/bin/x".</param>
internal sealed record SearchPlace(string HostPath, string GuestPath, string How);
