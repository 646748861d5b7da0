using System.Runtime.Versioning;

// File modes and links are Unix's.
[assembly: SupportedOSPlatform("linux")]
