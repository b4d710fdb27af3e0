-- SPDX-License-Identifier: Apache-2.0
-- The twin of the list of grants: the SAM's role may do with its tables whatever it likes.
grant all on all tables in schema public to sam;
grant create on schema public to sam;
