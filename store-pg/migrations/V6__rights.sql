-- A function may be called by everybody unless that is taken back. Roles get it when they are admitted.
revoke all on schema anjuan from public;
revoke all on all functions in schema anjuan from public;
