namespace Mote.Imaging.DotNet;

/// <summary>What a .NET program uses of the host that no file of it names.</summary>
/// <param name="Cultures">ICU, for cultures, collation and normalization.</param>
/// <param name="Cryptography">OpenSSL, and the certificates that the host trusts.</param>
/// <param name="TimeZones">The time zone database.</param>
/// <param name="Terminals">The descriptions of terminals, for the console's colours and keys.</param>
internal readonly record struct DotNetNeeds(bool Cultures, bool Cryptography, bool TimeZones, bool Terminals);
