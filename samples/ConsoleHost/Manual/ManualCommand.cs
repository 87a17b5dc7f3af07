// SPDX-License-Identifier: MIT
using System.CommandLine;
using LbEngine.ConsoleHost.Commands;

namespace LbEngine.ConsoleHost.Manual;

/// <summary><c>lb manual</c>: prints the manual pages that packages bring along.</summary>
internal static class ManualCommand
{
    private const string Settings = "lb.yaml";

    /// <param name="root">All commands; those that are added later take part.</param>
    public static Command Create(RootCommand root)
    {
        var page = new Argument<string>("PAGE") { Description = "lb or lb.yaml." };
        page.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is string text && text is not ("lb" or Settings))
            {
                result.AddError($"PAGE is lb or {Settings}, was '{text}'.");
            }
        });

        // For whoever builds packages; everybody else has man.
        var manual = new Command("manual", "Print a manual page, for man.") { page };
        manual.Hidden = true;
        manual.SetAction(arguments =>
        {
            HostOutput.WriteText((arguments.GetRequiredValue(page) == Settings ? SettingsManual.Write() : LbManual.Write(root)).TrimEnd('\n'));
            return ExitCode.Success;
        });
        return manual;
    }
}
