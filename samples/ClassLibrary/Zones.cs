using System.Globalization;

/// <summary>Time zones by the system's database.</summary>
internal static class Zones
{
    public static Task Run(string folder)
    {
        DateTime utc = new(2024, 7, 1, 12, 0, 0, DateTimeKind.Utc);
        foreach (string name in (string[])["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific Standard Time", "UTC"])
        {
            TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(name);
            Check.Say(name, $"{TimeZoneInfo.ConvertTimeFromUtc(utc, zone).ToString("s", CultureInfo.InvariantCulture)} {zone.IsDaylightSavingTime(utc)} {zone.BaseUtcOffset} {zone.DisplayName}");
        }

        TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Check.Say("gap", berlin.IsInvalidTime(new DateTime(2024, 3, 31, 2, 30, 0)));
        Check.Say("overlap", berlin.IsAmbiguousTime(new DateTime(2024, 10, 27, 2, 30, 0)));
        try
        {
            _ = TimeZoneInfo.FindSystemTimeZoneById("Nowhere/Never");
        }
        catch (TimeZoneNotFoundException e)
        {
            Check.Say("no zone", e.Message);
        }

        Check.Say("now", Math.Abs((DateTime.UtcNow - DateTimeOffset.Now.UtcDateTime).TotalMinutes) < 1);
        return Task.CompletedTask;
    }
}
