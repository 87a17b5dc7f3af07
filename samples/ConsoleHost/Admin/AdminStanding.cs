// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Admin;

/// <summary>What a connection to the admin interface is good for; who has less leaves first.</summary>
internal enum AdminStanding
{
    /// <summary>It has not sent anything, or nothing since its last answer.</summary>
    Silent,

    /// <summary>It had sent something when it was accepted.</summary>
    Heard,

    /// <summary>It sends the body of a request, with the token where one is asked for.</summary>
    Sending,

    /// <summary>It has sent a whole request, and waits for the answer.</summary>
    Asking,
}
