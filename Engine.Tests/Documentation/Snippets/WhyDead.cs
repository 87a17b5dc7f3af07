// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Admin;
using LbEngine.Admin.Doctor;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>The doctor, asked from code.</summary>
internal static class WhyDead
{
    public static async Task PrintAsync(LoadBalancer balancer)
    {
        foreach (BackendDiagnosis diagnosis in await balancer.DiagnoseAsync("site", "a"))
        {
            Console.WriteLine(diagnosis);
        }
    }
}
